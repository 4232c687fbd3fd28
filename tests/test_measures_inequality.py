"""Decompositions add up and equal their definitions written out; the mistakes of peers would fail here."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import dagum, decomposition, inequality, misuses, significance
from xietong.measures.axes import Array, Whole

PLACES = 8
amounts = arrays(np.float64, PLACES, elements=st.floats(0.1, 1000.0))
heads = arrays(np.float64, PLACES, elements=st.floats(0.1, 1000.0))
groupings = arrays(np.int64, PLACES, elements=st.integers(0, 3)).filter(lambda groups: len(set(groups)) > 1)
INCOMES = np.array([1.0, 3.0, 4.0, 8.0, 6.0, 10.0, 14.0, 18.0])
PEOPLE = np.array([1.0, 2.0, 1.0, 3.0, 2.0, 2.0, 4.0, 1.0])
GROUPS = np.array([0, 0, 0, 0, 1, 1, 1, 1])
SUBGROUPS = np.array([0, 0, 1, 1, 2, 2, 3, 3])
DECOMPOSED = [
    decomposition.theil_t_decomposition, decomposition.theil_l_decomposition, decomposition.theil_t_by_group,
    decomposition.theil_l_by_group, significance.theil_t_between_significance, dagum.dagum_decomposition,
    dagum.dagum_contributions, dagum.gini_within_groups, dagum.gini_between_groups, dagum.relative_affluence,
]  # fmt: skip


def close(one: object, other: object, atol: float = 1e-10) -> None:
    np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-9, atol=atol)


def apart(values: Array, people: Array, one: Array, other: Array) -> float:
    """Weighted absolute differences between two sets of places, every pair written out."""
    pairs = np.abs(values[one][:, None] - values[other]) * people[one][:, None] * people[other]
    return float(pairs.sum() / people[one].sum() / people[other].sum())


def mean(values: Array, people: Array, where: Array) -> float:
    return float((values * people)[where].sum() / people[where].sum())


# --- Theil


@given(incomes=amounts, people=heads, groups=groupings)
def test_parts_of_theil_add_up_and_the_between_part_is_the_index_of_the_groups(
    incomes: Array, people: Array, groups: Whole
) -> None:
    """T6: the inner index counts by shares of income in T and by shares of people in L."""
    found = sorted(set(groups.tolist()))
    income = np.array([incomes[groups == one].sum() for one in found])
    head = np.array([people[groups == one].sum() for one in found])
    for parts, by_group, index, shares in (
        (decomposition.theil_t_decomposition, decomposition.theil_t_by_group, inequality.theil_t, income),
        (decomposition.theil_l_decomposition, decomposition.theil_l_by_group, inequality.theil_l, head),
    ):
        between, within = parts(incomes, people, groups)
        inside = np.array([index(incomes[groups == one], people[groups == one]) for one in found])
        close(between, index(income, head))
        close(within, (shares / shares.sum() * inside).sum())
        table = by_group(incomes, people, groups)[found]
        close(table[:, 0], inside)
        close(table[:, 1:].sum(), index(incomes, people))


@given(incomes=amounts, people=heads)
def test_nested_parts_agree_with_the_two_single_decompositions(incomes: Array, people: Array) -> None:
    for nested, single in (
        (decomposition.nested_theil_t, decomposition.theil_t_decomposition),
        (decomposition.nested_theil_l, decomposition.theil_l_decomposition),
    ):
        between, middle, within = nested(incomes, people, GROUPS, SUBGROUPS)
        close(between, single(incomes, people, GROUPS)[0])
        close(within, single(incomes, people, SUBGROUPS)[1])
        close(middle + within, single(incomes, people, GROUPS)[1])
        close(nested(incomes, people, GROUPS, GROUPS)[1], 0.0)


def test_a_subgroup_in_two_groups_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match="subgroup 1 lies in groups 0 and 1") as caught:
        decomposition.nested_theil_t(INCOMES, PEOPLE, GROUPS, np.array([0, 0, 1, 1, 1, 2, 2, 3]))
    assert caught.value.who == "decomposition.nested_theil_t"


@pytest.mark.parametrize("function", DECOMPOSED)
@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (np.zeros(8, dtype=np.int64), "groups names a single group"),
        (np.stack([GROUPS, np.zeros_like(GROUPS)]), r"groups names a single group at \[1\]"),
        (GROUPS - 1, "no number of a group"),
        (GROUPS * 0.5, "no number of a group"),
    ],
)
def test_one_group_and_labels_that_are_none_are_refused(function, groups: Whole, said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said) as caught:
        function(INCOMES, PEOPLE, groups)
    assert caught.value.ways


@pytest.mark.parametrize("function", DECOMPOSED)
def test_groups_may_change_from_year_to_year(function) -> None:
    years = np.stack([GROUPS, np.array([2, 0, 2, 0, 2, 0, 2, 0]), SUBGROUPS])
    whole = function(INCOMES, PEOPLE, years)
    for year in (0, 2):
        alone = function(INCOMES, PEOPLE, years[year])
        one = whole[year]
        if function in (dagum.gini_between_groups, dagum.relative_affluence):
            one = one[: alone.shape[0], : alone.shape[1]]
        close(one[: len(alone)], alone)
    empty = function(INCOMES, PEOPLE, years[1])
    if function in (dagum.gini_within_groups, decomposition.theil_t_by_group, decomposition.theil_l_by_group):
        assert np.isnan(empty[1]).any()
        assert np.isfinite(empty[[0, 2]]).all()
    elif function is dagum.gini_between_groups:
        assert np.isnan(empty[1]).all()
        assert np.isfinite(empty[::2, ::2]).all()
    else:
        assert np.isfinite(empty).all()


def test_the_mistakes_of_peers_do_not_add_up() -> None:
    whole = inequality.theil_t(INCOMES, PEOPLE)
    (by_people,) = misuses("decomposition.theil_t_decomposition")
    assert abs(by_people.function(INCOMES, PEOPLE, GROUPS).sum() - whole) > 1e-3
    (plain,) = misuses("inequality.weighted_coefficient_of_variation")
    laender = np.array([42.3, 42.8, 35.3, 26.3, 47.0, 61.1, 42.7, 24.7])
    assert plain.function(laender, PEOPLE) > inequality.weighted_coefficient_of_variation(laender, PEOPLE) + 1e-4


# --- Dagum


@given(values=amounts, people=heads, groups=groupings)
def test_dagum_equals_every_pair_written_out(values: Array, people: Array, groups: Whole) -> None:
    """T7: transvariation is never negative, and the parts are those of the definition."""
    found = sorted(set(groups.tolist()))
    between = dagum.gini_between_groups(values, people, groups)
    affluence = dagum.relative_affluence(values, people, groups)
    expected = np.zeros(3)
    for j in found:
        for h in found:
            one, other = groups == j, groups == h
            difference = apart(values, people, one, other)
            means = mean(values, people, one), mean(values, people, other)
            close(between[j, h], difference / sum(means))
            weight = people[one].sum() / people.sum() * (values * people)[other].sum() / (values * people).sum()
            share = abs(means[0] - means[1]) / difference if difference > 1e-9 and j != h else 0.0
            close(affluence[j, h], share, atol=1e-6)
            part = difference / sum(means) * weight
            expected += [part, 0, 0] if j == h else [0, part * share, part * (1 - share)]
    parts = dagum.dagum_decomposition(values, people, groups)
    close(parts, expected)
    assert parts.min() >= -1e-12
    close(parts.sum(), inequality.gini(values, people))
    close(dagum.gini_within_groups(values, people, groups)[found], np.diagonal(between)[found])


@given(values=amounts, people=heads)
def test_groups_that_do_not_overlap_have_no_transvariation(values: Array, people: Array) -> None:
    ordered = np.sort(values)
    parts = dagum.dagum_decomposition(ordered, people, GROUPS)
    close(parts[2], 0.0)
    if ordered[3] < ordered[4]:
        close(dagum.relative_affluence(ordered, people, GROUPS), [[0, 1], [1, 0]])


def test_groups_of_equal_means_have_nothing_net_between_them() -> None:
    parts = dagum.dagum_decomposition(np.array([1.0, 5.0, 2.0, 4.0]), np.ones(4), np.array([0, 0, 1, 1]))
    close(parts[1], 0.0)
    assert parts[2] > 0.05


def test_a_group_with_nothing_but_zeros_has_no_coefficient_of_its_own() -> None:
    values, groups = np.array([0.0, 0.0, 2.0, 4.0]), np.array([0, 0, 1, 1])
    assert np.isnan(dagum.gini_within_groups(values, np.ones(4), groups)[0])
    between = dagum.gini_between_groups(values, np.ones(4), groups)
    close(between[0, 1], 1.0)
    close(dagum.dagum_decomposition(values, np.ones(4), groups).sum(), inequality.gini(values, np.ones(4)))


def test_places_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    data = generator.lognormal(size=(2, 101)), generator.uniform(0.1, 1.0, (2, 101)), generator.integers(0, 7, (2, 101))
    whole = dagum.dagum_decomposition(*data)
    monkeypatch.setattr(dagum, "_BLOCK", 50)
    close(dagum.dagum_decomposition(*data), whole)


def test_equal_places_have_no_contributions() -> None:
    with pytest.raises(MeasureRefusal, match="gini is 0") as caught:
        dagum.dagum_contributions(np.full(4, 2.0), np.ones(4), np.array([0, 0, 1, 1]))
    assert caught.value.who == "dagum.dagum_contributions"


# --- permutation


def test_p_values_approach_those_of_all_groupings() -> None:
    """Every way to choose the places of the first group, people moving with their incomes."""
    groups = np.array([0, 1, 1, 0, 1, 1, 0, 1])

    def share(chosen: tuple[int, ...]) -> float:
        here = np.isin(np.arange(PLACES), chosen).astype(np.int64)
        return float(decomposition.theil_t_decomposition(INCOMES, PEOPLE, here)[0])

    every = np.array([share(chosen) for chosen in combinations(range(PLACES), 3)])
    total = inequality.theil_t(INCOMES, PEOPLE)
    observed = share((0, 3, 6))
    found = significance.theil_t_between_significance(INCOMES, PEOPLE, groups, permutations=20000)
    close(found[0], observed / total)
    np.testing.assert_allclose(found[1], (every >= observed - 1e-12).mean(), atol=0.015)
    np.testing.assert_allclose(found[2:], [every.mean() / total, every.std() / total], atol=0.01)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not() -> None:
    call = significance.theil_t_between_significance
    assert call(INCOMES, PEOPLE, GROUPS).tobytes() == call(INCOMES, PEOPLE, GROUPS).tobytes()
    assert call(INCOMES, PEOPLE, GROUPS, seed=2)[2] != call(INCOMES, PEOPLE, GROUPS)[2]


def test_ties_reach_the_observed_share() -> None:
    """Groups that do not differ are reached by every draw, whatever the order of the sums."""
    incomes = np.array([0.1, 0.3, 0.7, 0.9, 0.9, 0.7, 0.3, 0.1])
    found = significance.theil_t_between_significance(incomes, np.ones(PLACES), GROUPS)
    close(found[:2], [0.0, 1.0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"permutations": 98}, "permutations is 98"),
        ({"incomes": PEOPLE}, "theil_t is 0"),
        ({"incomes": np.zeros(PLACES)}, "total_of_incomes is 0"),
    ],
)
def test_what_a_permutation_test_refuses(change: dict[str, object], said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said) as caught:
        significance.theil_t_between_significance(**{"incomes": INCOMES, "people": PEOPLE, "groups": GROUPS, **change})
    assert caught.value.who == "significance.theil_t_between_significance"


# --- Atkinson


@given(values=amounts, people=heads, aversion=st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 5.0]))
def test_atkinson_is_one_less_a_mean_of_powers_over_the_mean(values: Array, people: Array, aversion: float) -> None:
    weights = people / people.sum()
    if aversion == 1:
        level = np.exp((weights * np.log(values)).sum())
    else:
        level = (weights * values ** (1 - aversion)).sum() ** (1 / (1 - aversion))
    close(inequality.atkinson(values, people, aversion=aversion), 1 - level / (weights * values).sum())


@given(values=amounts, people=heads)
def test_atkinson_and_the_mean_logarithmic_deviation(values: Array, people: Array) -> None:
    close(-np.log(1 - inequality.atkinson(values, people, aversion=1.0)), inequality.theil_l(values * people, people))


@given(values=amounts, people=heads)
def test_atkinson_grows_with_the_aversion_and_is_smooth_at_one(values: Array, people: Array) -> None:
    found = [
        inequality.atkinson(values, people, aversion=one) for one in (0.1, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 2.0, 400.0)
    ]
    assert (np.diff(found) >= -1e-8).all()
    close(found[2], found[3], atol=1e-7)
    close(found[4], found[3], atol=1e-7)
    limit = 1 - values.min() / ((values * people).sum() / people.sum())
    assert limit - 0.05 <= found[-1] <= limit + 1e-9


def test_what_atkinson_refuses() -> None:
    values, people = np.array([0.0, 4.0]), np.ones(2)
    close(inequality.atkinson(values, people, aversion=0.9), 1 - 2 * 0.5**10)
    for aversion, said in ((1.0, "values is 0 at"), (0.0, "aversion is 0"), (-1.0, "aversion is -1"), (np.nan, "nan")):
        with pytest.raises(MeasureRefusal, match=said):
            inequality.atkinson(values, people, aversion=aversion)
