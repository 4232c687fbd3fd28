"""Spatial association: moments and p-values against every arrangement tried, islands, styles, seeds and the traps."""

from __future__ import annotations

import tracemalloc
from itertools import permutations
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures import conditional, misuses
from xietong.measures import local_association as local
from xietong.measures.axes import Array
from xietong.measures.neighbours import Style, neighbours
from xietong.measures.significance import false_discovery
from xietong.measures.spatial import bivariate_moran, geary, getis_ord, join_counts, moran, permutation_test
from xietong.measures.spatial_inequality import spatial_gini

GRID = [
    (3 * r + c, 3 * (r + a) + c + b)
    for r in range(3)
    for c in range(3)
    for a, b in ((-1, 0), (0, -1), (0, 1), (1, 0))
    if 0 <= r + a < 3 and 0 <= c + b < 3
]
ORIGINS, DESTINATIONS = np.array(GRID).T
ROOK = (ORIGINS, DESTINATIONS, np.ones(len(GRID)))
NINE = np.array([9.0, 8.0, 7.0, 7.0, 6.0, 3.0, 2.0, 2.0, 1.0])
STYLES: tuple[Style, ...] = ("row", "binary", "given")


def uneven(seed: int) -> tuple[Any, Any, Array]:
    """Return the links of the grid with other weights, some of them one way only."""
    generator = np.random.default_rng(seed)
    kept = generator.random(len(GRID)) < 0.8
    kept[:2] = True
    return ORIGINS[kept], DESTINATIONS[kept], generator.uniform(0.2, 3.0, int(kept.sum()))


@st.composite
def small(draw: st.DrawFn) -> tuple[Array, tuple[Any, Any, Array]]:
    """Draw five values above zero and links among them, one way or both, with any weights."""
    pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    ring = [(i, (i + 1) % 5) for i in range(5)]
    chosen = sorted({*ring, *draw(st.lists(st.sampled_from(pairs), max_size=8))})
    weights = draw(st.lists(st.floats(0.1, 4.0), min_size=len(chosen), max_size=len(chosen)))
    values = draw(st.lists(st.integers(1, 40), min_size=5, max_size=5, unique=True))
    origins, destinations = np.array(chosen).T
    return np.array(values, dtype=np.float64), (origins, destinations, np.array(weights))


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=10, deadline=None)
@given(drawn=small())
def test_moments_are_those_of_all_arrangements(style: Style, drawn: tuple[Array, Any]) -> None:
    """With links both ways and one way; for the general G this is the erratum: 6 and not 3."""
    values, links = drawn
    orders = [np.array(order) for order in permutations(range(5))]
    for statistic, at in ((moran, 4), (geary, 4), (getis_ord, 2)):
        told = statistic(values, *links, style=style)
        drawn_all = np.array([statistic(values[order], *links, style=style)[0] for order in orders])
        assert told[1] == pytest.approx(drawn_all.mean(), rel=1e-9, abs=1e-12)
        if drawn_all.std() > 1e-5:
            assert told[at] == pytest.approx(drawn_all.std(), rel=1e-6)


@pytest.mark.parametrize("statistic", ["moran", "geary", "getis_ord"])
def test_the_permutation_test_counts_every_arrangement(statistic: Any) -> None:
    values = np.array([3.0, 1.0, 4.0, 4.0, 5.0, 9.0])
    links = (np.array([0, 1, 2, 3, 4, 5]), np.array([1, 2, 3, 4, 5, 0]), np.array([1.0, 2.0, 1.0, 3.0, 1.0, 2.0]))
    formula = {"moran": moran, "geary": geary, "getis_ord": getis_ord}[statistic]
    every = np.array([formula(values[list(one)], *links, style="row")[0] for one in permutations(range(6))])
    observed, mean, deviation, greater, less, both, islands = permutation_test(
        values, *links, statistic=statistic, style="row", permutations=0
    )
    assert observed == pytest.approx(every[0])
    assert (mean, deviation) == pytest.approx((every.mean(), every.std()))
    assert greater == pytest.approx((every >= observed - 1e-9).mean())
    assert less == pytest.approx((every <= observed + 1e-9).mean())
    assert both == pytest.approx(min(1.0, 2 * min(greater, less)))
    assert islands == 0


def test_a_p_value_counts_the_observed_arrangement_too() -> None:
    values = np.arange(30.0)
    line = (np.r_[0:29, 1:30], np.r_[1:30, 0:29], np.ones(58))
    told = permutation_test(values, *line, statistic="moran", style="row", permutations=999)
    assert told[3] == pytest.approx(1 / 1000)
    assert told[4] == 1.0


@pytest.mark.parametrize("links", [ROOK, uneven(1), uneven(2)], ids=["equal", "uneven", "uneven again"])
def test_conditional_p_values_equal_all_hands(links: tuple[Any, Any, Array]) -> None:
    """Every order of the eight other values is dealt to the eight other places: the own value stays."""
    one = neighbours("test", 9, *links)
    high, low = conditional.lag_tails("test", one, NINE, 0, 1)
    for place in range(0, 9, 2):
        near = one.others[one.starts[place] : one.starts[place + 1]]
        weights = one.weights[one.starts[place] : one.starts[place + 1]]
        if not len(near):
            assert np.isnan(high[place])
            continue
        others = np.delete(NINE, place)
        hands = np.array(list(permutations(range(8), len(near))))
        sums, observed = others[hands] @ weights, NINE[near] @ weights
        assert high[place] == pytest.approx((sums >= observed - 1e-9).mean())
        assert low[place] == pytest.approx((sums <= observed + 1e-9).mean())


@pytest.mark.parametrize("links", [ROOK, uneven(1), uneven(3)], ids=["equal", "uneven", "uneven again"])
def test_random_deals_agree_with_all_of_them(links: tuple[Any, Any, Array]) -> None:
    """Within five standard errors; were the own value dealt too, the nine places would be far off."""
    one = neighbours("test", 9, *links)
    for exact, random in zip(
        conditional.lag_tails("test", one, NINE, 0, 1),
        conditional.lag_tails("test", one, NINE, 99_999, 1),
        strict=True,
    ):
        error = 5 * np.sqrt(exact * (1 - exact) / 99_999) + 2e-5
        assert (np.isnan(exact) == np.isnan(random)).all()
        assert (np.abs(random - exact) <= error)[~np.isnan(exact)].all()


@pytest.mark.parametrize("weights", [np.ones(4), np.array([1.0, 1.1, 1.2, 1.3])], ids=["equal", "uneven"])
def test_no_local_p_value_is_below_one_over_one_more_than_the_deals(weights: Array) -> None:
    """The four highest of two hundred around one place: no deal of 999 reaches that, and the observed one counts."""
    links = neighbours("test", 200, np.zeros(4, dtype=np.int64), np.array([196, 197, 198, 199]), weights)
    high, low = conditional.lag_tails("test", links, np.arange(200.0), 999, 1)
    assert high[0] == pytest.approx(1 / 1000)
    assert low[0] == 1.0


def test_many_neighbours_are_dealt_as_few_are() -> None:
    """A place that has all but three of thirty as neighbours: the draws are made another way, the p-values hold."""
    values = np.random.default_rng(5).normal(size=30)
    near = np.arange(1, 27)
    links = neighbours("test", 30, np.zeros(26, dtype=np.int64), near, np.ones(26))
    high, low = conditional.lag_tails("test", links, values, 9_999, 1)
    exact_high, exact_low = conditional.lag_tails("test", links, values, 0, 1)
    assert high[0] == pytest.approx(exact_high[0], abs=0.025)
    assert low[0] == pytest.approx(exact_low[0], abs=0.025)
    assert np.isnan(high[1:]).all()


def test_ties_count_on_both_sides() -> None:
    """Values of 0.1 in any order add up to the same number but for its last bits."""
    values = np.array([0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3]) * 3
    one = neighbours("test", 9, *ROOK)
    high, low = conditional.lag_tails("test", one, values, 0, 1)
    doubled = conditional.lag_tails("test", one, np.round(values * 10), 0, 1)
    np.testing.assert_array_equal([high, low], doubled)
    assert (high + low > 1).all()


@given(seed=st.integers(0, 10_000), style=st.sampled_from(STYLES))
@settings(max_examples=30, deadline=None)
def test_local_values_add_up_to_the_global_one(seed: int, style: Style) -> None:
    values, links = np.random.default_rng(seed).uniform(1, 9, 9), uneven(seed)
    told = local.local_moran(values, *links, style=style, permutations=99)
    total = neighbours("test", 9, *links).styled(style).weights.sum()
    whole = float(moran(values, *links, style=style)[0])
    np.testing.assert_allclose(np.nansum(told[:, 0]), whole * total, rtol=1e-9, atol=1e-12)


@given(seed=st.integers(0, 10_000), style=st.sampled_from(STYLES))
@settings(max_examples=30, deadline=None)
def test_an_island_changes_nothing_and_is_counted(seed: int, style: Style) -> None:
    generator, links = np.random.default_rng(seed), uneven(seed)
    values = generator.uniform(1, 9, 9)
    wide = np.append(values, 1e6)
    for formula in (moran, geary, getis_ord):
        alone, beside = formula(values, *links, style=style), formula(wide, *links, style=style)
        before = int(neighbours("test", 9, *links).islands.sum())
        np.testing.assert_array_equal(alone[:-1], beside[:-1])
        assert (alone[-1], beside[-1]) == (before, before + 1)
    for told in (local.local_moran, local.local_getis_ord, local.local_getis_ord_star, local.quadrants):
        found = told(wide, *links, style=style, permutations=99)
        np.testing.assert_array_equal(found[:-1], told(values, *links, style=style, permutations=99))
        assert np.isnan(found[-1]).all()


def test_a_neighbour_of_others_without_neighbours_of_its_own() -> None:
    """It has part in the mean and in what others see; its own statistic is none."""
    links = (np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 5]), np.ones(5))
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
    told = local.local_moran(values, *links, style="row", permutations=99)
    assert np.isnan(told[5]).all()
    assert not np.isnan(told[:5]).any()
    assert told[4, 2] == pytest.approx((32 - values.mean()) / values.std())
    assert moran(values, *links, style="row")[-1] == 0


def test_the_standardised_local_g_has_the_mean_and_spread_of_all_hands() -> None:
    for links in (ROOK, uneven(4)):
        one = neighbours("test", 9, *links)
        told = local.local_getis_ord(NINE, *links, style="given", permutations=99)
        for place in range(9):
            near = slice(one.starts[place], one.starts[place + 1])
            hands = np.array(list(permutations(range(8), int(one.counts[place]))))
            if not hands.shape[1]:
                continue
            sums = np.delete(NINE, place)[hands] @ one.weights[near]
            z = (NINE[one.others[near]] @ one.weights[near] - sums.mean()) / sums.std()
            assert told[place, 0] == pytest.approx(z)


def test_dividing_the_weights_of_a_place_by_their_sum_changes_no_local_z() -> None:
    """PySAL's esda 2.9.0 takes the formula of binary weights for both and gives another z for weights by row."""
    for formula in (local.local_getis_ord, local.local_getis_ord_star):
        row, binary = (formula(NINE, *ROOK, style=style, permutations=99)[:, 0] for style in ("row", "binary"))
        np.testing.assert_allclose(row, binary, rtol=1e-12)


def test_what_the_style_of_weights_decides() -> None:
    """By hand on a star: the middle counts for three links in binary weights and for one place by row."""
    star = (np.array([0, 0, 0, 1, 2, 3]), np.array([1, 2, 3, 0, 0, 0]), np.ones(6))
    values = np.array([4.0, 0.0, 0.0, 4.0])
    by_row, binary = (float(moran(values, *star, style=style)[0]) for style in ("row", "binary"))
    assert binary == pytest.approx(4 / 6 * (-4 - 4 - 4 - 4 + 4 + 4) / 16)
    assert by_row == pytest.approx((2 * (-2 - 2 + 2) / 3 + 2 * (-2 - 2 + 2)) / 16)


def test_the_bivariate_index_is_scaled_in_every_style() -> None:
    """One indicator against itself is Moran's I; esda 2.9.0 leaves n over the sum of weights out and prints more."""
    for style in STYLES:
        told = bivariate_moran(NINE, NINE, *uneven(6), style=style, permutations=99)
        assert told[0] == pytest.approx(float(moran(NINE, *uneven(6), style=style)[0]))
    pair = local.local_bivariate_moran(NINE, NINE[::-1], *ROOK, style="row", permutations=99)
    single = local.local_moran(NINE, *ROOK, style="row", permutations=99)
    np.testing.assert_allclose(pair[:, 1], single[:, 1])
    assert pair[0, 2] == pytest.approx(single[8, 2])


def test_quadrants_by_sign_and_level() -> None:
    kinds = local.quadrants(NINE, *ROOK, style="row", level=1.0, correction="none", permutations=0)
    told = local.local_moran(NINE, *ROOK, style="row", permutations=0)
    expected = [{(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[z > 0, lag > 0]
                for z, lag in told[:, 1:3]]  # fmt: skip
    assert kinds.tolist() == expected
    at_ten = local.quadrants(NINE, *ROOK, style="row", level=0.1, sides="one", correction="none", permutations=0)
    assert at_ten.tolist() == [1, 1, 0, 0, 0, 0, 0, 3, 0]
    assert local.quadrants(NINE, *ROOK, style="row", level=0.1, permutations=0).tolist() == [0] * 9


def test_noise_is_found_significant_as_often_as_was_said() -> None:
    """A thousand places of noise: 5% two-sided, 10% of what maps of the nearer tail show, and none after correction."""
    generator = np.random.default_rng(8)
    values, places = generator.normal(size=1_000), np.arange(1_000)
    origins = np.repeat(places, 4)
    links = (origins, (origins + np.tile([1, 2, 998, 999], 1_000)) % 1_000, np.ones(4_000))
    chosen = {"style": "row", "permutations": 999, "correction": "none"}
    two = local.quadrants(values, *links, **cast("Any", chosen))
    one = local.quadrants(values, *links, **cast("Any", {**chosen, "sides": "one"}))
    corrected = local.quadrants(values, *links, style="row", permutations=9_999)
    assert 0.03 < (two > 0).mean() < 0.07
    assert 0.07 < (one > 0).mean() < 0.13
    assert (corrected > 0).sum() <= 1


def test_the_same_seed_gives_the_same_bytes_and_the_order_of_links_none_other() -> None:
    values, links = np.random.default_rng(2).uniform(1, 9, 9), uneven(2)
    order = np.random.default_rng(3).permutation(len(links[0]))
    moved = tuple(one[order] for one in links)
    for formula in (local.local_moran, local.local_getis_ord, local.quadrants):
        first = formula(values, *links, style="given", permutations=999, seed=5)
        assert (
            first.tobytes() == formula(values, *cast("Any", moved), style="given", permutations=999, seed=5).tobytes()
        )
    one, two = (local.local_moran(values, *links, style="row", seed=seed)[:, 3] for seed in (5, 6))
    assert not np.array_equal(one, two)
    again, another = (permutation_test(values, *links, statistic="moran", style="row", seed=seed) for seed in (5, 6))
    assert again[3] != another[3]


def test_association_does_not_change_with_a_number_added_and_the_general_g_does() -> None:
    for formula in (moran, geary):
        np.testing.assert_allclose(formula(NINE, *ROOK, style="row"), formula(NINE + 50, *ROOK, style="row"))
    assert abs(getis_ord(NINE, *ROOK, style="binary")[0] - getis_ord(NINE + 50, *ROOK, style="binary")[0]) > 0.01


def test_where_every_place_is_next_to_every_other_nothing_can_be_told() -> None:
    origins, destinations = np.nonzero(~np.eye(6, dtype=bool))
    told = moran(np.array([1.0, 2.0, 5.0, 7.0, 8.0, 9.0]), origins, destinations, np.ones(30), style="row")
    assert told[0] == pytest.approx(-0.2)
    assert np.isnan(told[2:7]).all()


@given(marks=st.lists(st.booleans(), min_size=9, max_size=9).filter(lambda drawn: 0 < sum(drawn) < 9))
@settings(max_examples=30, deadline=None)
def test_joins_add_up_and_are_counted_once(marks: list[bool]) -> None:
    told = join_counts(np.array(marks, dtype=np.float64), *ROOK, style="binary", permutations=99)
    both = sum(marks[a] and marks[b] for a, b in GRID) / 2
    mixed = sum(marks[a] != marks[b] for a, b in GRID) / 2
    assert (told[0], told[2]) == (both, mixed)
    assert told[:3].sum() == pytest.approx(12)
    assert told[3:6].sum() == pytest.approx(12)


def test_expected_joins_are_those_of_all_arrangements() -> None:
    marks = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    links = (np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 5]), np.array([2.0, 1.0, 1.0, 3.0, 1.0]))
    told = join_counts(marks, *links, style="given", permutations=0)
    every = np.array([join_counts(marks[list(one)], *links, style="given", permutations=99)[:3]
                      for one in sorted(set(permutations(range(6))))[::7]])  # fmt: skip
    np.testing.assert_allclose(told[3:6], every.mean(axis=0), rtol=0.1)
    assert told[3] == pytest.approx(4 * 3 * 2 / 30)


def test_the_share_of_a_spatial_gini_is_no_part_of_it() -> None:
    """By hand, 1 1 3 3 in two pairs: G = 1/4, all of it between others; PySAL's share is G times that."""
    values = np.array([1.0, 1.0, 3.0, 3.0])
    pairs = (np.array([0, 1, 2, 3]), np.array([1, 0, 3, 2]), np.ones(4))
    told = spatial_gini(values, *pairs, permutations=0)
    np.testing.assert_allclose(told[:4], [0.25, 0.0, 0.25, 1.0], atol=1e-12)
    assert told[6] == pytest.approx(1 / 3)
    wrong = misuses("spatial_inequality.spatial_gini")[0].function(values, *pairs, permutations=0)
    assert wrong[3] == pytest.approx(0.25)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_parts_of_a_spatial_gini_add_up(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(1, 9, 9)
    whole, near, far, share, *_ = spatial_gini(values, *ROOK, permutations=99)
    assert near + far == pytest.approx(whole)
    assert share == pytest.approx(far / whole)
    table = np.abs(values[:, None] - values)
    assert whole == pytest.approx(table.mean() / (2 * values.mean()))
    assert near == pytest.approx(table[ROOK[0], ROOK[1]].sum() / (2 * 81 * values.mean()))


def test_false_discoveries_of_the_example_of_its_authors() -> None:
    """Four of fifteen are found at 0.05, as printed in 1995; without correction it would be nine."""
    p = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
                  0.6528, 0.759, 1.0])  # fmt: skip
    assert (false_discovery(p) <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert (p <= 0.05).sum() == 9


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_what_passes_is_what_the_step_up_rule_finds(p: list[float]) -> None:
    told, ordered = false_discovery(np.array(p)), sorted(p)
    for level in (0.013, 0.05, 0.31):
        passed = [one for rank, one in enumerate(ordered, 1) if one * len(p) / rank <= level]
        assert (told <= level).sum() == sum(one <= passed[-1] for one in p) if passed else not (told <= level).any()
    with_gap = false_discovery(np.array([np.nan, *p]))
    np.testing.assert_array_equal(with_gap[1:], told)
    assert np.isnan(with_gap[0])


def test_memory_grows_with_links_and_never_with_places_squared() -> None:
    places = 20_000
    origins = np.repeat(np.arange(places), 4)
    links = (origins, (origins + np.tile([1, 2, places - 2, places - 1], places)) % places, np.ones(4 * places))
    values = np.random.default_rng(1).normal(size=places)
    heavy = (links[0], links[1], np.random.default_rng(2).uniform(1, 2, 4 * places))
    for one in (links, heavy):
        tracemalloc.start()
        local.local_moran(values, *one, style="row")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 120e6


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: moran(np.full(9, 3.0), *ROOK, style="row"), "values are all 3"),
        (lambda: moran(NINE[:3], np.array([0, 1]), np.array([1, 2]), np.ones(2), style="row"), "3 places have a link"),
        (lambda: moran(NINE, np.array([0, 9]), np.array([1, 2]), np.ones(2), style="row"), "origins names place [9]"),
        (lambda: local.local_moran(NINE, *ROOK, style="row", permutations=50), "permutations is 50"),
        (lambda: local.local_moran(NINE, *ROOK, style="row", permutations=-1), "permutations is -1"),
        (
            lambda: permutation_test(
                np.arange(10.0), np.arange(9), np.arange(1, 10), np.ones(9), statistic="moran", style="row",
                permutations=0,
            ),
            "permutations is 0, and there are 3,628,800 rearrangements",
        ),
        (lambda: getis_ord(NINE - 5, *ROOK, style="binary"), "values is -2 at [5]"),
        (lambda: join_counts(NINE, *ROOK, style="binary"), "marks_0_or_1 is -1 at [0]"),
        (lambda: local.quadrants(NINE, *ROOK, style="row", level=5.0), "level is 5"),
        (lambda: local.local_getis_ord_star(NINE, *ROOK, style="row", own_weight=0.0), "own_weight is 0"),
        (lambda: spatial_gini(NINE, ROOK[0], ROOK[1], ROOK[2] * 2), "weights is 2 at [0]"),
        (lambda: spatial_gini(np.full(9, 3.0), *ROOK), "values are all alike"),
        (lambda: false_discovery(np.array([0.5, 1.5])), "p_values is 1.5 at [1]"),
    ],
)  # fmt: skip
def test_what_is_refused(call: Any, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways


def test_words_that_are_no_choice() -> None:
    with pytest.raises(UnknownName, match="style of weights"):
        moran(NINE, *ROOK, style=cast("Any", "rows"))
    with pytest.raises(UnknownName, match="statistic"):
        permutation_test(NINE, *ROOK, statistic=cast("Any", "morans"), style="row")
    with pytest.raises(UnknownName, match="sides"):
        local.quadrants(NINE, *ROOK, style="row", sides=cast("Any", "both"))
