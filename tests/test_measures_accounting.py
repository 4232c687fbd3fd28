"""The account of what left: intervals for what was not published, and what no account may do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures.accounting import remainder
from xietong.recipes.measuring import Given, measured

amounts = st.lists(st.floats(0, 1e6), min_size=2, max_size=6)


def account(out: float, received: list[float], half: float = 0.0) -> list[float]:
    return remainder(np.array(out), np.array(half), np.array(received), np.full(len(received), half)).tolist()


def test_what_is_published_in_full_is_a_difference() -> None:
    assert account(10.0, [3.0, 4.0]) == [7.0, 7.0, 3.0, 3.0]


def test_what_was_not_published_is_never_zero() -> None:
    received, least, low, high = account(10.0, [3.0, np.nan])
    assert (received, least, low, high) == (3.0, 3.0, 0.0, 7.0)
    assert account(10.0, [3.0, 0.0])[2:] == [7.0, 7.0] != [low, high]


def test_nothing_published_of_where_it_went_leaves_all_of_it() -> None:
    assert account(2800.0, [np.nan] * 4) == [0.0, 0.0, 0.0, 2800.0]


def test_without_an_outflow_the_remainder_is_unknown_and_the_least_outflow_is_not() -> None:
    received, least, low, high = account(np.nan, [35000.0, np.nan], half=500.0)
    assert (received, least) == (35000.0, 34500.0)
    assert np.isnan([low, high]).all()


def test_more_arrived_than_left_shows() -> None:
    assert account(5.0, [7.0, np.nan])[2:] == [-2.0, -2.0]


@given(amounts, st.floats(0, 1e6), st.floats(0, 10))
def test_an_entry_that_becomes_known_never_widens_the_remainder(received: list[float], out: float, half: float) -> None:
    unknown = account(out, [*received[:-1], np.nan], half)
    known = account(out, [*received[:-1], min(received[-1], max(out - sum(received[:-1]), 0.0))], half)
    slack = half * 2 * (len(received) + 1) + 1e-6
    assert unknown[2] <= known[2] + slack
    assert known[3] <= unknown[3] + slack


@given(amounts, st.floats(0, 1e6), st.floats(0, 10))
def test_the_ends_are_in_order_and_hold_the_difference(received: list[float], out: float, half: float) -> None:
    _, least, low, high = account(out, received, half)
    assert low <= out - sum(received) + 1e-6
    assert out - sum(received) - 1e-6 <= high
    assert least <= sum(received) + 1e-6


@pytest.mark.parametrize(
    ("out", "half", "received", "halves", "named"),
    [
        (-1.0, 0.0, [1.0], [0.0], "outflow is -1"),
        (1.0, np.nan, [1.0], [0.0], "outflow_rounding"),
        (1.0, 0.0, [-1.0], [0.0], "destinations is -1"),
        (1.0, 0.0, [1.0], [np.nan], "rounding"),
    ],
)
def test_amounts_below_zero_and_roundings_that_are_missing_are_refused(out, half, received, halves, named) -> None:
    with pytest.raises(MeasureRefusal, match=named):
        remainder(np.array(out), np.array(half), np.array(received), np.array(halves))


def test_it_is_asked_for_by_name_with_its_parts() -> None:
    data = {"outflow": 9.0, "outflow_rounding": 0.5, "destinations": [4.0, np.nan], "rounding": [0.5, np.nan]}
    told = measured("balance", {name: Given(np.array(value)) for name, value in data.items()})
    assert told.axes[-1].labels[0].startswith("已公布去向之和")
    assert told.values.tolist() == [4.0, 3.5, 0.0, 6.0]
    assert any("未公布" in warning.zh for warning in told.warnings)
