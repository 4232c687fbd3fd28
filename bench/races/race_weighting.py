"""Weights of 60 indicators over every county and 20 years, and frontiers; made-up figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.frontier import benefit_of_the_doubt
from xietong.measures.weighting import critic, entropy

ROWS, INDICATORS = 56_860, 60


def table(rows: int, indicators: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(0.1, 10, (rows, indicators))


def one_program_a_place(values: np.ndarray) -> np.ndarray:
    from scipy.optimize import linprog

    return np.array([-linprog(-row, A_ub=values, b_ub=np.ones(len(values))).fun for row in values])


def races() -> Iterator[Race]:
    from importlib.metadata import version

    from pymcdm.weights import critic_weights, entropy_weights

    peer, values, up = f"pymcdm {version('pymcdm')}", table(ROWS, INDICATORS), np.ones(INDICATORS)
    np.testing.assert_allclose(entropy(values), entropy_weights(values), rtol=1e-9)
    np.testing.assert_allclose(critic(values, up), critic_weights(values), rtol=1e-9)
    yield race(
        f"entropy weights, {ROWS:,} x {INDICATORS}", peer, 1, lambda: entropy(values), lambda: entropy_weights(values)
    )
    yield race(
        f"CRITIC weights, {ROWS:,} x {INDICATORS}", peer, 2, lambda: critic(values, up), lambda: critic_weights(values)
    )
    few = table(100, 5)
    np.testing.assert_allclose(benefit_of_the_doubt(few), one_program_a_place(few), atol=1e-9)
    work, other = "benefit of the doubt, 100 x 5", "scipy linprog (HiGHS), one program a place"
    yield race(work, other, 20, lambda: benefit_of_the_doubt(few), lambda: one_program_a_place(few))


def growths() -> Iterator[Growth]:
    def weights(rows: int) -> Callable[[], Any]:
        values = table(rows, INDICATORS)
        return lambda: entropy(values)

    def frontier(places: int) -> Callable[[], Any]:
        values = table(places, 5)
        return lambda: benefit_of_the_doubt(values)

    yield growth("entropy weights of 60 indicators", "places", (2_843, 11_372, 56_860), weights)
    yield growth("benefit of the doubt on 5 indicators", "places", (100, 500, 2_843), frontier)
