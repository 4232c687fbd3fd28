"""Efficiency of every county, 3 inputs and 2 outputs; made-up figures.

R is not at hand: R Benchmarking took 8.4 s and Pyfrontier 1,445 s for this size where others measured them.  The peers
here are one program a place with HiGHS, from scratch by scipy and from the last solution by highspy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.efficiency import bcc, ccr
from xietong.measures.efficiency_bootstrap import bias_corrected
from xietong.measures.slacks import sbm

PLACES = 2_843


def table(places: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    inputs = generator.uniform(1, 10, (places, 3))
    size = np.exp(0.8 * np.log(inputs).mean(axis=1, keepdims=True))
    return inputs, size * np.exp(generator.normal(0, 0.3, (places, 2)))


def by_scipy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    from scipy.optimize import linprog

    rows, cost = np.c_[np.r_[np.zeros(3), np.zeros(2)], np.r_[x.T, -y.T]], np.r_[-1.0, np.zeros(len(x))]
    scores = []
    for place in range(len(x)):
        rows[3:, 0] = y[place]
        scores.append(-1 / linprog(cost, rows, np.r_[x[place], 0, 0]).fun)
    return np.array(scores)


def by_highspy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import highspy

    solver = highspy.Highs()
    solver.silent()
    most, every = highspy.kHighsInf, np.arange(5, dtype=np.int32)
    for _ in range(3):
        solver.addRow(-most, 0.0, 0, np.array([], dtype=np.int32), np.array([]))
    for _ in range(2):
        solver.addRow(0.0, most, 0, np.array([], dtype=np.int32), np.array([]))
    solver.addCol(-1.0, 0.0, most, 5, every, np.r_[np.zeros(3), -y[0]])
    for one in np.c_[x, y]:
        solver.addCol(0.0, 0.0, most, 5, every, one)
    scores = []
    for place in range(len(x)):
        for row in range(3):
            solver.changeRowBounds(row, -most, x[place, row])
        for row in range(2):
            solver.changeCoeff(3 + row, 0, -y[place, row])
        solver.run()
        scores.append(-1 / solver.getInfo().objective_function_value)
    return np.array(scores)


def races() -> Iterator[Race]:
    x, y = table(PLACES)
    ours, work = ccr(x, y), f"CCR, {PLACES:,} places, 3 inputs, 2 outputs"
    few = table(300)
    np.testing.assert_allclose(ccr(*few), by_scipy(*few), atol=1e-8)
    np.testing.assert_allclose(ours, by_highspy(x, y), atol=1e-6)
    note = (
        "goals in seconds: 4.2 (half of R Benchmarking, 8.4, measured elsewhere) and 4.8 (Pyfrontier, 1,445, over 300)"
    )
    yield race(
        work, "highspy (HiGHS), each from the last solution", 0, lambda: ccr(x, y), lambda: by_highspy(x, y), peer_runs=3,
        note=f"agrees to 1e-6, its tolerance; {note}",
    )  # fmt: skip
    yield race(
        work, "scipy linprog (HiGHS), one program a place", 2, lambda: ccr(x, y), lambda: by_scipy(x, y), peer_runs=1,
        warm=False, note="same numbers on 300 places first; the peer ran once",
    )  # fmt: skip


def growths() -> Iterator[Growth]:
    def score(measure: Callable[..., Any], **choices: Any) -> Callable[[int], Callable[[], Any]]:
        def make(places: int) -> Callable[[], Any]:
            x, y = table(places)
            return lambda: measure(x, y, **choices)

        return make

    sizes = (711, 1_422, 2_843, 5_686)
    yield growth("CCR, 3 inputs, 2 outputs", "places", sizes, score(ccr))
    yield growth("BCC, 3 inputs, 2 outputs", "places", sizes, score(bcc, orientation="input"))
    yield growth("SBM, 3 inputs, 2 outputs", "places", sizes, score(sbm))
    chosen: dict[str, Any] = {"orientation": "input", "returns": "variable", "replications": 1000}
    yield growth("bootstrap of BCC, 1,000 replications", "places", (31, 62, 124), score(bias_corrected, **chosen))
