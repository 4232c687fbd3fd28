"""What must hold for any input, and the mistakes that circulate: each of them would fail here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.measures import composite, coordination, growth, inequality, shares, specialisation
from xietong.measures.axes import Array

PLACES = 6


def numbers(low: float, high: float, *shape: int) -> st.SearchStrategy[Array]:
    return arrays(np.float64, shape, elements=st.floats(low, high))


amounts = numbers(0.1, 1000.0, PLACES)
people = numbers(0.1, 1000.0, PLACES)
rates = numbers(-0.5, 1.0, 5)
scores = st.integers(2, 5).flatmap(lambda systems: numbers(0.01, 1.0, systems))
factors = st.floats(0.01, 100.0)

WEIGHTED = [
    inequality.weighted_coefficient_of_variation, inequality.theil_t, inequality.theil_l, inequality.gini,
    inequality.hoover,
]  # fmt: skip
PAIRED = [*WEIGHTED, specialisation.structural_similarity, specialisation.krugman]
SINGLE = [inequality.coefficient_of_variation, inequality.max_min_ratio, specialisation.herfindahl, shares.shares]


def close(one: object, other: object, *, atol: float = 1e-9) -> None:
    np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-9, atol=atol)


# --- scale, replication, adding up


@pytest.mark.parametrize("function", PAIRED)
@given(first=amounts, second=people, factor=factors)
def test_the_unit_of_either_input_does_not_matter(function, first: Array, second: Array, factor: float) -> None:
    close(function(first * factor, second), function(first, second))
    close(function(first, second * factor), function(first, second))


@pytest.mark.parametrize("function", SINGLE)
@given(values=amounts, factor=factors)
def test_the_unit_does_not_matter(function, values: Array, factor: float) -> None:
    close(function(values * factor), function(values))


@pytest.mark.parametrize("function", WEIGHTED)
@given(first=amounts, second=people)
def test_a_copy_of_every_place_changes_nothing(function, first: Array, second: Array) -> None:
    close(function(np.tile(first, 2), np.tile(second, 2)), function(first, second))


@given(values=amounts, heads=arrays(np.int64, PLACES, elements=st.integers(1, 5)))
def test_a_place_counts_as_often_as_it_has_people(values: Array, heads: Array) -> None:
    each, ones = np.repeat(values, heads), np.ones(int(heads.sum()))
    totals, weights = values * heads, heads.astype(np.float64)
    close(inequality.gini(values, weights), inequality.gini(each, ones))
    close(inequality.weighted_coefficient_of_variation(values, weights), inequality.coefficient_of_variation(each))
    close(inequality.theil_t(totals, weights), inequality.theil_t(each, ones))
    close(inequality.theil_l(totals, weights), inequality.theil_l(each, ones))
    close(inequality.hoover(totals, weights), inequality.hoover(each, ones))


@given(incomes=amounts, heads=people)
def test_theil_within_and_between_add_up(incomes: Array, heads: Array) -> None:
    groups = [slice(0, 2), slice(2, 6)]
    income = np.array([incomes[group].sum() for group in groups])
    head = np.array([heads[group].sum() for group in groups])
    t = sum(s * inequality.theil_t(incomes[g], heads[g]) for s, g in zip(income / income.sum(), groups, strict=True))
    close(t + inequality.theil_t(income, head), inequality.theil_t(incomes, heads))
    mean = sum(f * inequality.theil_l(incomes[g], heads[g]) for f, g in zip(head / head.sum(), groups, strict=True))
    close(mean + inequality.theil_l(income, head), inequality.theil_l(incomes, heads))


@given(values=amounts)
def test_shares_add_up_to_one(values: Array) -> None:
    close(shares.shares(values).sum(), 1.0)
    close(shares.share(values, shares.total(values)), shares.shares(values))


@given(table=numbers(0.1, 1000.0, 4, 3))
def test_location_quotients_average_to_one(table: Array) -> None:
    quotients = specialisation.location_quotient(table)
    overall = shares.shares(table.sum(axis=0))
    close((quotients * overall).sum(axis=-1), np.ones(4))


# --- inequality: ends and transfers


@pytest.mark.parametrize("function", WEIGHTED)
@given(heads=people, level=factors)
def test_equal_places_have_no_inequality(function, heads: Array, level: float) -> None:
    per_head = function in {inequality.weighted_coefficient_of_variation, inequality.gini}
    close(function(np.full(PLACES, level) if per_head else heads * level, heads), 0.0)


@given(heads=people, holder=st.integers(0, PLACES - 1))
def test_one_place_has_everything(heads: Array, holder: int) -> None:
    held = np.where(np.arange(PLACES) == holder, 7.0, 0.0)
    part = heads[holder] / heads.sum()
    close(inequality.theil_t(held, heads), -np.log(part))
    close(inequality.gini(held, heads), 1 - part)
    close(inequality.hoover(held, heads), 1 - part)
    close(inequality.coefficient_of_variation(held), np.sqrt(PLACES - 1))
    close(specialisation.herfindahl(held), 1.0)


@pytest.mark.parametrize("function", [inequality.theil_t, inequality.theil_l, inequality.gini])
def test_a_transfer_from_rich_to_poor_lowers_inequality(function) -> None:
    ones = np.ones(4)
    assert function(np.array([2.0, 3.0, 5.0, 9.0]), ones) < function(np.array([1.0, 3.0, 5.0, 10.0]), ones) - 0.01


@given(values=amounts)
def test_with_equal_people_the_weighted_variation_is_the_plain_one(values: Array) -> None:
    weighted = inequality.weighted_coefficient_of_variation(values, np.full(PLACES, 3.0))
    close(weighted, inequality.coefficient_of_variation(values), atol=1e-7)


# --- structure


@given(a=amounts, b=people)
def test_structures(a: Array, b: Array) -> None:
    assert 0 <= specialisation.krugman(a, b) <= 2
    assert 0 <= specialisation.structural_similarity(a, b) <= 1 + 1e-12
    assert 1 / PLACES - 1e-12 <= specialisation.herfindahl(a) <= 1
    close(specialisation.krugman(a, b), specialisation.krugman(b, a))
    close(specialisation.structural_similarity(a, a), 1.0)
    close(specialisation.krugman(a, a), 0.0)


# --- growth


@given(chain=rates)
def test_chains_agree_with_each_other(chain: Array) -> None:
    index = growth.chained_index(chain, start=50.0)
    whole = growth.chained_growth(chain)
    close(index[-1] / 50.0 - 1, whole)
    close((1 + growth.mean_annual_rate(chain)) ** len(chain) - 1, whole)
    ends = growth.compound_annual_growth(np.array(50.0), index[-1], years=float(len(chain)))
    close(ends, growth.mean_annual_rate(chain))
    assert growth.mean_annual_rate(chain) <= chain.mean() + 1e-12


@given(rate=numbers(-0.5, 1.0, PLACES), base=amounts)
def test_weighted_growth_is_the_growth_of_the_sum(rate: Array, base: Array) -> None:
    later = shares.total(base * (1 + rate))
    close(growth.weighted_growth(rate, base), growth.growth(later, shares.total(base)))


@given(level=st.floats(1.0, 1e6), change=st.floats(-1e5, 1e5))
def test_the_year_before_and_the_change_give_the_level(level: float, change: float) -> None:
    before = growth.restated_previous(np.array(level), np.array(change))
    close(growth.difference(np.array(level), before), change, atol=1e-6)


@given(values=amounts, weights=people)
def test_a_weighted_mean_lies_between_the_ends(values: Array, weights: Array) -> None:
    mean = shares.weighted_mean(values, weights)
    assert values.min() - 1e-9 <= mean <= values.max() + 1e-9
    close(mean, shares.total(values * weights) / shares.total(weights))
    close(composite.mean_of_parts(values), shares.weighted_mean(values, np.ones(PLACES)))


# --- coordination


@given(given_scores=scores)
def test_coordination_lies_between_zero_and_one(given_scores: Array) -> None:
    level = coordination.comprehensive(given_scores)
    for degree, both in (
        (coordination.coupling, coordination.coupling_coordination),
        (coordination.corrected_coupling, coordination.corrected_coupling_coordination),
    ):
        c, d = degree(given_scores), both(given_scores)
        assert -1e-12 <= c <= 1 + 1e-12
        assert -1e-12 <= d <= 1 + 1e-12
        close(d**2, c * level)


@given(score=st.floats(0.01, 1.0), systems=st.integers(2, 5))
def test_equal_scores_couple_fully_however_bad(score: float, systems: int) -> None:
    close(coordination.coupling(np.full(systems, score)), 1.0)
    close(coordination.corrected_coupling(np.full(systems, score)), 1.0)
    close(coordination.coupling_coordination(np.full(systems, score)), np.sqrt(score))


@given(given_scores=scores, place=st.integers(0, 1))
def test_a_score_of_zero_forces_zero(given_scores: Array, place: int) -> None:
    spoilt = given_scores.copy()
    spoilt[place] = 0.0
    assert coordination.coupling(spoilt) == 0
    assert coordination.corrected_coupling(spoilt) == 0
    assert coordination.coupling_coordination(spoilt) == 0


@given(pair=numbers(0.01, 1.0, 2))
def test_of_two_systems_the_corrected_degree_is_never_higher(pair: Array) -> None:
    assert coordination.corrected_coupling(pair) <= coordination.coupling(pair) + 1e-12


def test_the_mistakes_of_the_literature_are_not_made() -> None:
    two, three = np.array([0.6, 0.3]), np.array([0.6, 0.3, 0.8])
    right = coordination.coupling(two)
    factor_lost = np.sqrt(0.6 * 0.3) / 0.9
    root_lost = 4 * 0.6 * 0.3 / 0.9**2
    two_for_three = 2 * np.sqrt(three.prod()) / three.sum()
    np.testing.assert_allclose([factor_lost, root_lost, two_for_three], [0.4714, 0.8889, 0.446], atol=1e-3)
    assert abs(right - factor_lost) > 0.01
    assert abs(right - root_lost) > 0.01
    assert abs(coordination.coupling(three) - two_for_three) > 0.01
    outer_root_lost = (1 - 0.3) * 0.5
    assert abs(coordination.corrected_coupling(two) - outer_root_lost) > 0.01


# Wang et al. (2021), 自然资源学报 36(3), table 8: degree of coupling of ecology and economy, 13 cities, usual model and
# modified model.  The scores themselves are not printed; two degrees determine them, and they must be scores.
TABLE_8 = {
    2008: (
        (0.9989, 0.9935, 0.8868, 0.9073, 0.6821, 0.8328, 0.6816, 0.7789, 0.6871, 0.6101, 0.8017, 0.7867, 0.7191),
        (0.9404, 0.8660, 0.5440, 0.5769, 0.3006, 0.4780, 0.3344, 0.4171, 0.3278, 0.2700, 0.4374, 0.4196, 0.3738),
    ),
    2009: (
        (0.9984, 0.9997, 0.8912, 0.9079, 0.6790, 0.8114, 0.6839, 0.7786, 0.7180, 0.6377, 0.8018, 0.7587, 0.7396),
        (0.9238, 0.9675, 0.5435, 0.5716, 0.2946, 0.4445, 0.3224, 0.4117, 0.3533, 0.2731, 0.4352, 0.3821, 0.3906),
    ),
    2014: (
        (0.9942, 0.9488, 0.9834, 0.9815, 0.6713, 0.8995, 0.8283, 0.8917, 0.7556, 0.6955, 0.9270, 0.9064, 0.8257),
        (0.8523, 0.6353, 0.7939, 0.7829, 0.2532, 0.5627, 0.4708, 0.5540, 0.3797, 0.3067, 0.6191, 0.5750, 0.4723),
    ),
}


def scores_behind(usual: Array, modified_squared: Array) -> Array:
    """Two scores whose degrees of coupling are given: their ratio from the usual one, their distance from the other."""
    ratio = ((1 - np.sqrt(1 - usual**2)) / usual) ** 2
    larger = (1 - modified_squared / ratio) / (1 - ratio)
    return np.stack([ratio * larger, larger], axis=-1)


@pytest.mark.parametrize("year", sorted(TABLE_8))
def test_printed_pairs_of_degrees_have_scores_behind_them(year: int) -> None:
    usual, modified = (np.array(row) for row in TABLE_8[year])
    found = scores_behind(usual, modified**2)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(coordination.coupling(found), usual, rtol=0, atol=5e-5)
    np.testing.assert_allclose(coordination.corrected_coupling(found), modified, rtol=0, atol=5e-5)
    without_outer_root = scores_behind(usual, modified)
    assert not ((without_outer_root >= 0) & (without_outer_root <= 1)).all()
