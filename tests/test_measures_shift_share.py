"""Shift-share: the parts add up to the change, also where a sector begins from nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import shift_share
from xietong.measures.axes import Array

SECTORS = 5
amounts = arrays(np.float64, SECTORS, elements=st.just(0.0) | st.floats(0.01, 100))
rest = arrays(np.float64, SECTORS, elements=st.floats(1, 1000))
FORMS = [shift_share.shift_share, shift_share.esteban_marquillas]
BY_SECTOR = [shift_share.shift_share_by_sector, shift_share.esteban_marquillas_by_sector]


@pytest.mark.parametrize(("form", "by_sector"), list(zip(FORMS, BY_SECTOR, strict=True)))
@given(earlier=amounts, later=amounts, others=rest, others_later=rest)
def test_the_parts_add_up(form, by_sector, earlier: Array, later: Array, others: Array, others_later: Array) -> None:
    data = (earlier, later, earlier + others, later + others_later)
    parts, table = form(*data), by_sector(*data)
    assert np.isfinite(table).all()
    np.testing.assert_allclose(table.sum(axis=-1), later - earlier, atol=1e-6)
    np.testing.assert_allclose(table.sum(axis=-2), parts, atol=1e-6)
    np.testing.assert_allclose(parts.sum(), later.sum() - earlier.sum(), atol=1e-6)


@given(earlier=rest, growth=arrays(np.float64, SECTORS, elements=st.floats(0.5, 2)), part=st.floats(0.01, 0.9))
def test_a_copy_of_the_nation_has_only_the_first_part(earlier: Array, growth: Array, part: float) -> None:
    nation = earlier, earlier * growth
    for form in FORMS:
        found = form(nation[0] * part, nation[1] * part, *nation)
        np.testing.assert_allclose(found[1:], 0, atol=1e-8)


@given(others=rest, others_later=rest, earlier=rest, later=rest)
def test_the_regional_parts_of_all_places_cancel(
    earlier: Array, later: Array, others: Array, others_later: Array
) -> None:
    nation = earlier + others, later + others_later
    one = shift_share.shift_share_by_sector(earlier, later, *nation)
    two = shift_share.shift_share_by_sector(others, others_later, *nation)
    np.testing.assert_allclose(one[..., 2] + two[..., 2], 0, atol=1e-8)


def test_a_sector_from_nothing_is_regional_in_every_form() -> None:
    """Trap 19: a peer gives a part that is not a number."""
    data = [np.array(x) for x in ([4.0, 0.0], [8.0, 3.0], [10.0, 10.0], [20.0, 15.0])]
    assert shift_share.shift_share_by_sector(*data)[1].tolist() == [0, 0, 3]
    assert shift_share.esteban_marquillas_by_sector(*data)[1].tolist() == [0, 0, 3, 0]
    new_everywhere = [np.array(x) for x in ([4.0, 0.0], [8.0, 3.0], [10.0, 0.0], [20.0, 15.0])]
    assert shift_share.shift_share_by_sector(*new_everywhere)[1].tolist() == [0, 0, 3]


def test_a_place_with_more_than_its_nation_is_refused() -> None:
    data = [np.array(x) for x in ([4.0, 1.0], [8.0, 3.0], [10.0, 0.0], [20.0, 15.0])]
    with pytest.raises(MeasureRefusal, match=r"nation_earlier is 0 at \[1\] where the place has the sector"):
        shift_share.shift_share(*data)
    data[2] = np.zeros(2)
    with pytest.raises(MeasureRefusal, match="total_of_nation_earlier is 0"):
        shift_share.shift_share(*data)


def test_the_dynamic_form_is_the_sum_of_its_years() -> None:
    numbers = np.random.default_rng(3)
    place, nation = numbers.uniform(1, 9, (2, SECTORS, 4)), numbers.uniform(50, 90, (SECTORS, 4))
    steps = sum(
        shift_share.shift_share(place[..., t], place[..., t + 1], nation[:, t], nation[:, t + 1]) for t in range(3)
    )
    whole = shift_share.dynamic_shift_share(place, nation)
    np.testing.assert_allclose(whole, steps)
    np.testing.assert_allclose(whole.sum(axis=-1), (place[..., -1] - place[..., 0]).sum(axis=-1))
    with pytest.raises(MeasureRefusal, match="one period"):
        shift_share.dynamic_shift_share(place[..., :1], nation[:, :1])
