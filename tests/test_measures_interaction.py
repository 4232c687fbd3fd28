"""Spatial interaction: against dummies written out, separation against linear programs, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from xietong.errors import MeasureRefusal
from xietong.measures import interaction, poisson
from xietong.measures.axes import Array
from xietong.measures.measure import facts, misuses

ORIGINS, DESTINATIONS = np.nonzero(~np.eye(6, dtype=bool))
GENERATOR = np.random.default_rng(4)
DISTANCES = GENERATOR.uniform(20, 300, 30)
MASSES = GENERATOR.uniform(1, 20, (2, 6))
some = arrays(np.float64, 12, elements=st.sampled_from([0.0, 0.0, 1.0, 4.0]))
HERE, THERE = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)


def part(name: str, result: Array, *labels: str) -> Array:
    told = [one.split(" | ")[1] for one in facts(f"interaction.{name}").parts]
    return np.asarray([result[told.index(label)] for label in labels])


def flows(seed: int) -> Array:
    generator = np.random.default_rng(seed)
    return generator.poisson(np.exp(4 + 0.3 * generator.normal(size=30)) / DISTANCES * 20).astype(float)


def dummies(*labels: Array) -> Array:
    return np.column_stack([labels_ == value for labels_ in labels for value in range(labels_.max() + 1)]).astype(float)


def written_out(y: Array, x: Array) -> tuple[Array, Array]:
    """Fit with every dummy as a column, by steps of Newton with the pseudo inverse; return slopes and expected flows."""
    level = np.log((y + y.mean()) / 2)
    for _ in range(60):
        expected = np.exp(level)
        root = np.sqrt(expected)
        found = np.linalg.lstsq(x * root[:, None], root * (level + y / expected - 1), rcond=None)[0]
        level = x @ found
    return found, np.exp(level)


@pytest.mark.parametrize("seed", range(5))
def test_the_models_equal_dummies_written_out(seed: int) -> None:
    y, apart = flows(seed), np.log(DISTANCES)
    here, there = MASSES[0][ORIGINS], MASSES[1][DESTINATIONS]
    full = interaction.unconstrained(y, ORIGINS, DESTINATIONS, here, there, DISTANCES, decay="power")
    found, expected = written_out(y, np.column_stack([apart, np.log(here), np.log(there), np.ones(30)]))
    labels = ("coefficient of distance", "elasticity of origin mass", "elasticity of destination mass")
    np.testing.assert_allclose(part("unconstrained", full, *labels), found[:3], rtol=1e-7)
    common = 2 * np.minimum(y, expected).sum() / (y + expected).sum()
    np.testing.assert_allclose(part("unconstrained", full, "common part (CPC)"), common)
    out = interaction.production_constrained(y, ORIGINS, DESTINATIONS, there, DISTANCES, decay="exponential")
    found, _ = written_out(y, np.column_stack([DISTANCES, np.log(there), dummies(ORIGINS)]))
    np.testing.assert_allclose(out[[0, 4]], found[:2], rtol=1e-7)
    into = interaction.attraction_constrained(y, ORIGINS, DESTINATIONS, here, DISTANCES, decay="power")
    found, _ = written_out(y, np.column_stack([apart, np.log(here), dummies(DESTINATIONS)]))
    np.testing.assert_allclose(into[[0, 4]], found[:2], rtol=1e-7)
    both = interaction.doubly_constrained(y, ORIGINS, DESTINATIONS, DISTANCES, decay="power")
    found, expected = written_out(y, np.column_stack([apart, dummies(ORIGINS, DESTINATIONS)]))
    np.testing.assert_allclose(both[0], found[0], rtol=1e-7)
    told = interaction.expected_flow(y, ORIGINS, DESTINATIONS, DISTANCES, decay="power")
    np.testing.assert_allclose(told, expected, rtol=1e-6)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_expected_flows_have_the_totals_of_both_ends(seed: int) -> None:
    y = flows(seed)
    told = interaction.expected_flow(y, ORIGINS, DESTINATIONS, DISTANCES, decay="power")
    for side in (ORIGINS, DESTINATIONS):
        np.testing.assert_allclose(np.bincount(side, told), np.bincount(side, y), rtol=1e-7)
    np.testing.assert_allclose((told * np.log(DISTANCES)).sum(), (y * np.log(DISTANCES)).sum(), rtol=1e-7)


@given(y=some, seed=st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_separation_is_what_linear_programs_find(y: Array, seed: int) -> None:
    """A pair is separated when a direction of the effects lowers it, raises none, and leaves pairs with a flow."""
    there = np.random.default_rng(seed).random(12) < 0.8
    assume(there.sum() > 2 and (y[there] > 0).any())
    y, here, away = y[there], HERE[there], THERE[there]
    told = interaction.separated(y, here, away) == 1
    columns = dummies(HERE, THERE)[there]
    for at in range(len(y)):
        zero = y == 0
        if not zero[at]:
            assert not told[at]
            continue
        found = linprog(
            -columns[at], A_ub=-columns[zero], b_ub=np.zeros(zero.sum()), A_eq=columns[~zero], b_eq=np.zeros((~zero).sum()),
            bounds=(-100, 100),
        )  # fmt: skip
        assert (found.fun < -1e-6) == told[at]


def test_a_separated_pair_is_left_out_and_counted_and_changes_nothing_else() -> None:
    y = flows(1) + 1
    plain = interaction.doubly_constrained(y, ORIGINS, DESTINATIONS, DISTANCES, decay="power")
    labels = ("pairs used", "pairs separated")
    assert list(part("doubly_constrained", plain, *labels)) == [30, 0]
    more = (np.append(ORIGINS, [6, 6]), np.append(DESTINATIONS, [0, 1]), np.append(DISTANCES, [50.0, 60.0]))
    wider = interaction.doubly_constrained(np.append(y, [0.0, 0.0]), *more, decay="power")
    assert list(part("doubly_constrained", wider, *labels)) == [30, 2]
    np.testing.assert_allclose(wider[:-1], plain[:-1], rtol=1e-9)
    assert list(interaction.expected_flow(np.append(y, [0.0, 0.0]), *more, decay="power")[-2:]) == [0, 0]


def test_a_thin_table_is_solved_without_being_filled_in_and_gives_the_same(monkeypatch) -> None:
    generator = np.random.default_rng(8)
    origins, destinations = generator.integers(0, 40, 500), generator.integers(0, 40, 500)
    apart = generator.uniform(1, 9, 500)
    y = generator.poisson(30 / apart).astype(float)
    full = interaction.doubly_constrained(y, origins, destinations, apart, decay="power", errors="two-way")
    monkeypatch.setattr(poisson, "_FILLED", 2.0)
    thin = interaction.doubly_constrained(y, origins, destinations, apart, decay="power", errors="two-way")
    np.testing.assert_allclose(thin, full, rtol=1e-8)


def test_units_move_only_what_has_a_unit() -> None:
    y = flows(3)
    one = interaction.doubly_constrained(y, ORIGINS, DESTINATIONS, DISTANCES, decay="power")
    other = interaction.doubly_constrained(y / 7, ORIGINS, DESTINATIONS, DISTANCES * 1.6, decay="power")
    labels = ("coefficient of distance", "standard error", "pseudo R squared", "SRMSE", "common part (CPC)")
    np.testing.assert_allclose(
        part("doubly_constrained", other, *labels), part("doubly_constrained", one, *labels), rtol=1e-7
    )
    wrong = misuses("interaction.unconstrained")[0].function
    given_ = (ORIGINS, DESTINATIONS, MASSES[0][ORIGINS], MASSES[1][DESTINATIONS], DISTANCES)
    assert abs(wrong(y, *given_, decay="power")[0] - wrong(y / 1000, *given_, decay="power")[0]) > 0.1


def test_a_known_decay_comes_back_and_its_error_is_right_on_average() -> None:
    """Flows that are Poisson draws of decay 1.5: four hundred fits lie about it as far as their errors say."""
    generator = np.random.default_rng(2)
    expected = 80_000 * DISTANCES**-1.5 * MASSES[0][ORIGINS] ** 0.5
    told = np.array(
        [
            interaction.doubly_constrained(
                generator.poisson(expected).astype(float),
                ORIGINS,
                DESTINATIONS,
                DISTANCES,
                decay="power",
                errors="quasi",
            )[:2]
            for _ in range(400)
        ]
    )
    assert abs(told[:, 0].mean() + 1.5) < 0.02
    assert 0.85 < told[:, 1].mean() / told[:, 0].std() < 1.15


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"flows": np.zeros(30)}, "no flow is above zero"),
        ({"flows": np.full(30, -1.0)}, "flows is -1"),
        ({"distances": np.zeros(30)}, "distances is 0"),
        ({"distances": np.full(30, 5.0)}, "distances follows from"),
        ({"distances": np.exp(ORIGINS / 3.0)}, "distances follows from"),
        ({"flows": np.where(ORIGINS == DESTINATIONS - 1, 3.0, 0.0)}, "distances follows from"),
    ],
)
def test_what_cannot_be_told_is_refused(change: dict[str, Array], said: str) -> None:
    data = {"flows": flows(2), "origins": ORIGINS, "destinations": DESTINATIONS, "distances": DISTANCES, **change}
    with pytest.raises(MeasureRefusal, match=said):
        interaction.doubly_constrained(**data, decay="power")
