"""Links between places: what is refused, and what is computed along them, held against a full matrix."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures.axes import Array, Whole
from xietong.measures.neighbours import Neighbours, Style, neighbours, over_links

WHO = "test.links"
STARS = (np.array([0, 0, 1, 2, 2]), np.array([1, 2, 0, 0, 1]), np.array([1.0, 3.0, 2.0, 4.0, 4.0]))


@st.composite
def links(draw: st.DrawFn) -> tuple[int, Whole, Whole, Array]:
    places = draw(st.integers(2, 7))
    pairs = [(i, j) for i in range(places) for j in range(places) if i != j]
    chosen = draw(st.permutations(pairs))[: draw(st.integers(1, len(pairs)))]
    weights = draw(st.lists(st.floats(0.1, 9.0), min_size=len(chosen), max_size=len(chosen)))
    origins, destinations = np.array(chosen).T
    return places, origins, destinations, np.array(weights)


def full(one: Neighbours) -> Array:
    table = np.zeros((one.places, one.places))
    table[one.origins, one.others] = one.weights
    return table


@given(links())
def test_all_that_is_told_is_that_of_the_matrix(drawn: tuple[int, Whole, Whole, Array]) -> None:
    places, origins, destinations, weights = drawn
    table = np.zeros((places, places))
    table[origins, destinations] = weights
    one = neighbours(WHO, places, origins, destinations, weights)
    np.testing.assert_array_equal(full(one), table)
    np.testing.assert_array_equal(one.counts, (table > 0).sum(axis=1))
    np.testing.assert_allclose(one.sums, table.sum(axis=1))
    np.testing.assert_array_equal(full(one.turned()), table.T)
    assert one.symmetric() == np.array_equal(table, table.T)
    assert one.uneven.tolist() == [len({w for w in row if w}) > 1 for row in table]
    np.testing.assert_array_equal(one.islands, ~(table.any(axis=0) | table.any(axis=1)))
    values = np.arange(3.0 * places).reshape(3, places) ** 2
    np.testing.assert_allclose(one.lag(values), values @ table.T)
    kept = ~one.islands
    np.testing.assert_array_equal(full(one.among(kept)), table[np.ix_(kept, kept)])
    np.testing.assert_array_equal(full(one.with_own(2.0)), table + 2 * np.eye(places))


@given(links())
def test_the_order_of_links_changes_no_bit(drawn: tuple[int, Whole, Whole, Array]) -> None:
    places, origins, destinations, weights = drawn
    order = np.random.default_rng(places).permutation(len(origins))
    one = neighbours(WHO, places, origins, destinations, weights)
    two = neighbours(WHO, places, origins[order], destinations[order], weights[order])
    assert all(getattr(one, key).tobytes() == getattr(two, key).tobytes() for key in ("starts", "others", "weights"))


def test_styles_of_weights_by_hand() -> None:
    one = neighbours(WHO, 4, *STARS)
    np.testing.assert_allclose(one.styled("row").weights, [0.25, 0.75, 1.0, 0.5, 0.5])
    np.testing.assert_array_equal(one.styled("binary").weights, np.ones(5))
    assert one.styled("given") is one
    assert one.islands.tolist() == [False, False, False, True]
    assert not one.symmetric()
    with pytest.raises(UnknownName, match="style of weights"):
        one.styled(cast("Style", "rows"))


def test_a_weight_of_zero_is_no_link() -> None:
    one = neighbours(WHO, 3, np.array([0, 1]), np.array([1, 2]), np.array([1.0, 0.0]))
    assert one.counts.tolist() == [1, 0, 0]
    assert one.islands.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("origins", "destinations", "weights", "said"),
    [
        ([0, 3], [1, 0], [1.0, 1.0], "origins names place [3], and there are 3"),
        ([0, -1], [1, 0], [1.0, 1.0], "origins names place [-1], and there are 3"),
        ([0, 1], [1, 1], [1.0, 1.0], "link [1] leads from place [1] to itself"),
        ([0, 1, 0], [1, 0, 1], [1.0, 1.0, 2.0], "the link from place [0] to place [1] stands there more than once"),
        ([0, 1], [1, 0], [1.0, -1.0], "weights is -1 at [1]"),
        ([0, 1], [1, 0], [1.0, np.inf], "weights is inf at [1]"),
        ([0, 1], [1, 0], [0.0, 0.0], "no link has a weight above zero"),
        ([0.0, 1.0], [1, 0], [1.0, 1.0], "origins holds no whole numbers"),
    ],
)
def test_what_is_no_table_of_links(
    origins: list[int], destinations: list[int], weights: list[float], said: str
) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        neighbours(WHO, 3, np.array(origins), np.array(destinations), np.array(weights))
    assert caught.value.what.startswith(said)
    assert caught.value.who == WHO
    assert caught.value.ways


def test_axes_in_front_are_taken_one_by_one() -> None:
    values = np.arange(8.0).reshape(2, 4)
    lags = over_links(WHO, lambda links, row: links.lag(row), (values,), *STARS)
    np.testing.assert_allclose(lags, [[7.0, 0.0, 4.0, 0.0], [23.0, 8.0, 36.0, 0.0]])
