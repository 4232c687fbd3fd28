"""Boundaries of the package, and the datums of web maps."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import UnknownName
from xietong.library.boundaries import distance_km, entries, entry, locate, outline
from xietong.library.datums import gcj_from_bd, gcj_from_wgs, wgs_from_bd, wgs_from_gcj
from xietong.library.pack import read_pack

COUNTIES = [code for code, one in entries().items() if one.level == "district" and code[:2] in ("11", "12", "13")]


def test_the_counties_of_the_region_are_those_of_the_pack() -> None:
    places = read_pack(ROOT / "packs" / "jingjinji").gazetteer.places
    standing = {
        code
        for code, one in places.items()
        if one.level == "county" and not one.valid_to and code[:2] in ("11", "12", "13")
    }
    assert set(COUNTIES) == standing
    assert len(COUNTIES) == 199
    assert {code: entry(code).name for code in COUNTIES} == {code: places[code].label.zh for code in COUNTIES}


def test_outlines_are_valid_and_a_point_inside_is_located_there() -> None:
    inside = [outline(code).representative_point() for code in COUNTIES]
    assert all(outline(code).is_valid for code in COUNTIES)
    assert locate([one.x for one in inside], [one.y for one in inside]) == COUNTIES


def test_counties_fill_the_provinces_without_overlap() -> None:
    import shapely

    for province in ("110000", "120000", "130000"):
        parts = [outline(code) for code in COUNTIES if code[:2] == province[:2]]
        union = shapely.union_all(parts)
        assert sum(one.area for one in parts) == pytest.approx(union.area, rel=1e-9)
        assert outline(province).symmetric_difference(union).area < 1e-9 * union.area


def test_many_points_are_located_as_one_by_one() -> None:
    x, y = np.meshgrid(np.linspace(113.5, 119.8, 12), np.linspace(36.1, 42.6, 12))
    together = locate(x.ravel(), y.ravel())
    assert together == [locate([a], [b])[0] for a, b in zip(x.ravel(), y.ravel(), strict=True)]
    assert "" in together
    assert len(set(together)) > 80
    assert all(distance_km(code, a, b) == 0 for code, a, b in zip(together, x.ravel(), y.ravel(), strict=True) if code)
    assert locate([], []) == []
    assert locate([np.nan, 116.3975], [39.0, 39.9087]) == ["", "110101"]


def test_known_points() -> None:
    """The gate of heavenly peace in Beijing; the open sea; no number."""
    assert locate([116.3975, 122.0, np.nan], [39.9087, 36.0, 39.0]) == ["110101", "", ""]
    assert distance_km("110101", 116.3975, 39.9087) == 0
    assert 90 < distance_km("110101", 117.2, 39.13) < 120


def test_an_unknown_code_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="130999"):
        outline("130999")


longitudes, latitudes = st.floats(75, 134), st.floats(19, 53)


@given(longitudes, latitudes)
def test_datums_turn_back(x: float, y: float) -> None:
    point = np.array([x]), np.array([y])
    back = wgs_from_gcj(*gcj_from_wgs(*point))
    assert np.allclose(np.array(back), np.array(point), atol=1e-7)


@given(longitudes, latitudes)
def test_the_shifts_are_as_large_as_they_are_known_to_be(x: float, y: float) -> None:
    def metres(there: tuple[np.ndarray, np.ndarray]) -> float:
        return float(111_000 * np.hypot((there[0][0] - x) * np.cos(np.radians(y)), there[1][0] - y))

    point = np.array([x]), np.array([y])
    assert 20 < metres(gcj_from_wgs(*point)) < 1000
    assert 500 < metres(gcj_from_bd(*point)) < 1300
    assert metres(wgs_from_bd(*point)) < 2200
