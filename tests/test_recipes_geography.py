"""Pairs of places and facilities: every pair within reach, whatever the size of a block, and borders that close."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal, UnknownName
from xietong.library.boundaries import entries, label_point, middle_point, outline
from xietong.recipes import geography
from xietong.recipes.geography import Demand, Supply, nearest_of, pairs_of, reached

RADIUS = 6371.0088
points = st.tuples(st.floats(113, 120), st.floats(36, 43))


def far(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance over the globe by the law of cosines, another formula than that of the measure."""
    (a, b), (c, d) = (map(math.radians, point) for point in (one, other))
    cosine = math.sin(b) * math.sin(d) + math.cos(b) * math.cos(d) * math.cos(c - a)
    return RADIUS * math.acos(min(1.0, cosine))


def demand(*at: tuple[float, float], groups: str = "") -> Demand:
    ids = tuple(f"d{number}" for number in range(len(at)))
    return Demand(ids, at, (10.0,) * len(at), tuple(groups or "a" * len(at)))


def supply(*at: tuple[float, float], groups: str = "") -> Supply:
    ids = tuple(f"s{number}" for number in range(len(at)))
    return Supply(ids, at, (1.0,) * len(at), tuple(groups or "a" * len(at)))


@given(st.lists(points, min_size=1, max_size=8), st.lists(points, min_size=1, max_size=8), st.floats(1, 900))
def test_a_pair_stands_in_the_table_when_it_is_within_reach(homes, sites, reach) -> None:
    pairs = pairs_of(demand(*homes), supply(*sites), detour=1.3, reach=reach)
    told = dict(zip(zip(pairs.origins.tolist(), pairs.facilities.tolist(), strict=True), pairs.costs, strict=True))
    for at, home in enumerate(homes):
        for to, site in enumerate(sites):
            km = far(home, site) * 1.3
            if (at, to) in told:
                assert told[at, to] == pytest.approx(km, abs=0.01)
            else:
                assert km > reach - 0.01


def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [(114 + at / 7, 38 + at / 9) for at in range(11)]
    whole = pairs_of(demand(*homes), supply((115, 39), (116, 40)))
    monkeypatch.setattr(geography, "_BLOCK", 4)
    parts = pairs_of(demand(*homes), supply((115, 39), (116, 40)))
    for name in ("origins", "facilities", "costs"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))


def test_a_closed_border_leaves_only_pairs_of_one_group() -> None:
    pairs = pairs_of(demand((116, 40), (117, 39), groups="ab"), supply((116, 40), (117, 39), groups="ab"))
    closed = pairs.within_groups()
    assert list(zip(closed.origins.tolist(), closed.facilities.tolist(), strict=True)) == [(0, 0), (1, 1)]


def test_the_nearest_is_the_first_among_equals_and_none_without_a_pair() -> None:
    pairs = pairs_of(demand((116, 40), (110, 30)), supply((116.1, 40), (116, 40.2), (116.1, 40)), reach=50)
    assert nearest_of(pairs) == [0, None]


def test_no_place_and_no_facility_is_refused_in_words() -> None:
    with pytest.raises(MeasureRefusal, match="from_longitude has no cell"):
        pairs_of(demand(), supply((116, 40)))
    with pytest.raises(MeasureRefusal, match="to_longitude has no cell"):
        pairs_of(demand((116, 40)), supply())


def test_measures_are_asked_for_by_name_and_told_the_groups() -> None:
    pairs = pairs_of(demand((116, 40), (110, 30), groups="ab"), supply((116, 40)))
    found = reached("access.coverage_by_group", pairs, {"max_cost": 1.0}, by_group=True)
    assert dict(zip(found.axes[-1].labels, found.values.tolist(), strict=True)) == {"a": 1.0, "b": 0.0}
    with pytest.raises(UnknownName, match="acces"):
        reached("access.nearest", pairs, {})


def test_the_label_point_lies_in_its_place_and_is_not_its_centroid() -> None:
    import shapely

    codes = [code for code, one in entries().items() if one.level == "district" and code[:2] in ("11", "12", "13")]
    assert len(codes) == 199
    assert all(outline(code).contains(shapely.Point(label_point(code))) for code in codes)
    apart = sorted(far(label_point(code), middle_point(code)) for code in codes)
    assert 1 < apart[len(apart) // 2] < 4
    assert apart[-1] > 15
    with pytest.raises(UnknownName, match="999999"):
        label_point("999999")
