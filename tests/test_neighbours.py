"""Links between places: nearest, within a distance, kernels and borders, held against every pair; and the verb."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.cli import main
from xietong.errors import MeasureRefusal, Problems, UnknownName
from xietong.library.pack import read_pack
from xietong.measures.access import great_circle
from xietong.measures.axes import Array
from xietong.measures.nearness import Kernel, Near, kernel_weights, nearest, within
from xietong.measures.spatial import moran
from xietong.recipes import adjacency

SQUARE = [(116.0, 0.0), (117.0, 0.0), (116.0, 1.0), (117.0, 1.0), (116.5, 30.0)]
degrees = st.tuples(st.integers(-1800, 1800).map(lambda x: x / 10), st.integers(-900, 900).map(lambda x: x / 10))
points = st.lists(degrees, min_size=3, max_size=12)


def every(places: list[tuple[float, float]]) -> Array:
    """Return the kilometres between all places, nan from a place to itself."""
    east, north = np.array(places).T
    table = great_circle(east[:, None], north[:, None], east, north)
    np.fill_diagonal(table, np.nan)
    return table


def pairs(near: Near) -> set[tuple[int, int]]:
    return set(zip(near.origins.tolist(), near.destinations.tolist(), strict=True))


@settings(max_examples=150, deadline=None)
@given(places=points, share=st.floats(0.01, 0.99))
def test_within_a_distance_is_every_pair_that_near(places: list[tuple[float, float]], share: float) -> None:
    table, limit = every(places), 20_000 * share
    found = within("test", *np.array(places).T, limit)
    expected = {(int(i), int(j)) for i, j in np.argwhere(table <= limit)}
    assert pairs(found) == expected
    np.testing.assert_allclose(found.kilometres, [table[i, j] for i, j in sorted(expected)])


@settings(max_examples=150, deadline=None)
@given(places=points, data=st.data())
def test_the_nearest_are_those_of_every_pair(places: list[tuple[float, float]], data: st.DataObject) -> None:
    """On a coarse grid of degrees, where many are equally far and some stand on one point; equal is a micrometre."""
    count = data.draw(st.integers(1, len(places) - 1))
    table = every(places)
    east, north = np.array(places).T
    everyone, first = (pairs(nearest("test", east, north, count, ties=ties)) for ties in ("all", "first"))
    for i in range(len(places)):
        last = np.sort(table[i][~np.isnan(table[i])])[count - 1]
        inner = {j for j in range(len(places)) if table[i, j] < last - 1e-4}
        outer = {j for j in range(len(places)) if abs(table[i, j] - last) <= 1e-4}
        taken = {j for origin, j in everyone if origin == i}
        one = {j for origin, j in first if origin == i}
        assert inner <= taken <= inner | outer
        assert len(one) == count
        assert inner <= one <= taken


def test_ties_by_hand_on_a_square() -> None:
    """At the equator a degree east is as far as a degree north: both are nearest; a degree further north east is."""
    east, north = np.array(SQUARE[:4]).T
    assert pairs(nearest("test", east, north, 1)) == {(0, 1), (0, 2), (1, 0), (1, 3), (2, 3), (3, 2)}
    one = nearest("test", east, north, 1, ties="first")
    assert len(one.origins) == 4
    assert (0, 1) in pairs(one)
    doubled = nearest("test", np.array([5.0, 5.0, 5.0, 6.0]), np.zeros(4), 1, ties="first")
    assert pairs(doubled) == {(0, 1), (1, 0), (2, 0), (3, 0)}
    assert {(3, 0), (3, 1), (3, 2)} <= pairs(nearest("test", np.array([5.0, 5.0, 5.0, 6.0]), np.zeros(4), 1))


def test_a_limit_is_itself_within_reach_and_who_is_far_is_an_island() -> None:
    degree = float(great_circle(*(np.array(one) for one in (116.0, 0.0, 117.0, 0.0))))
    links = adjacency.within(list("abcde"), SQUARE, degree)
    assert links.islands == ("e",)
    assert ("a", "b") in {
        (links.names[i], links.names[j]) for i, j in zip(links.origins, links.destinations, strict=True)
    }
    assert adjacency.within(list("abcde"), SQUARE, degree - 0.001).counts[0] == 0


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("uniform", [1.0, 1.0, 1.0]),
        ("triangular", [0.75, 0.5, 0.0]),
        ("epanechnikov", [1 - 1 / 16, 0.75, 0.0]),
        ("quartic", [(15 / 16) ** 2, 9 / 16, 0.0]),
        ("gaussian", [np.exp(-1 / 32), np.exp(-1 / 8), np.exp(-1 / 2)]),
        ("inverse", [1.0, 0.5, 0.25]),
    ],
)
def test_kernels_by_hand(kernel: str, expected: list[float]) -> None:
    near = Near(np.array([0, 0, 0]), np.array([1, 2, 3]), np.array([1.0, 2.0, 4.0]))
    for bandwidth in (4.0, None):
        found = kernel_weights("test", near, cast("Kernel", kernel), bandwidth)
        np.testing.assert_allclose(found, expected)


def test_links_of_weight_zero_are_none() -> None:
    links = adjacency.weighted(adjacency.nearest(list("abcde"), SQUARE, 3), "triangular")
    assert (links.weights > 0).all()
    assert len(links.origins) < len(adjacency.nearest(list("abcde"), SQUARE, 3).origins)


def test_borders_of_provinces_and_a_place_beside_none_of_them() -> None:
    """Beijing lies inside Hebei and borders on Tianjin; Hainan is an island."""
    links = adjacency.along_borders(["110000", "120000", "130000", "460000"], corners=False)
    assert list(zip(links.origins.tolist(), links.destinations.tolist(), strict=True)) == [
        (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1),
    ]  # fmt: skip
    assert links.islands == ("460000",)
    corners = adjacency.along_borders(["110000", "120000", "130000", "460000"], corners=True)
    assert len(corners.origins) >= len(links.origins)


def test_a_place_inside_another_is_no_neighbour() -> None:
    """A city beside its own districts in one file: Shijiazhuang, Chang'an and Qiaoxi."""
    with pytest.raises(Problems) as caught:
        adjacency.along_borders(["130100", "130102", "130104"], corners=False)
    assert [one.what for one in caught.value.errors] == ["130100 and 130102 overlap", "130100 and 130104 overlap"]
    assert len(adjacency.along_borders(["130102", "130104"], corners=False).origins) == 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: adjacency.nearest(list("abcde"), SQUARE, 5), "count is 5, and there are 5 places"),
        (lambda: adjacency.nearest(list("abcda"), SQUARE, 1), "a is named twice"),
        (lambda: adjacency.within(list("abcde"), SQUARE, 0.0), "kilometres is 0"),
        (lambda: adjacency.within(["a"], SQUARE[:1], 5.0), "there are 1 places"),
        (lambda: adjacency.nearest(["a", "b"], [(200.0, 0.0), (0.0, 0.0)], 1), "degrees_within_180 is -20"),
        (
            lambda: adjacency.weighted(adjacency.along_borders(["110000", "120000"], corners=False), "triangular"),
            "links along borders have no distance to weigh",
        ),
        (
            lambda: adjacency.weighted(adjacency.within(["a", "b"], [(1.0, 1.0), (1.0, 1.0)], 5.0), "inverse"),
            "kilometres is 0",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways


def test_unknown_words_and_codes() -> None:
    with pytest.raises(UnknownName, match="ties"):
        adjacency.nearest(list("abcde"), SQUARE, 1, ties="some")
    with pytest.raises(UnknownName, match="kernel"):
        adjacency.weighted(adjacency.within(list("abcde"), SQUARE, 500.0), "cosine")
    with pytest.raises(Problems, match="2 problems"):
        adjacency.along_borders(["110000", "nowhere", "neither"], corners=True)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["neighbours", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    target = tmp_path / "places.csv"
    names = ("甲", "乙", "丙", "丁", "戊")
    rows = [f"{name},{east},{north},{k}" for k, (name, (east, north)) in enumerate(zip(names, SQUARE, strict=True))]
    target.write_text("\n".join(["name,lon,lat,value", *rows]) + "\n", encoding="utf-8")
    return target


def test_links_of_a_file_go_into_a_measure(file: Path, tmp_path: Path) -> None:
    """Nine places on a line: each is linked with the ones beside it, and Moran's I of their numbers is high."""
    rows = [f"p{k},{116 + k / 10},40,{k}" for k in range(9)]
    file.write_text("\n".join(["name,lon,lat,value", *rows]) + "\n", encoding="utf-8")
    links = tmp_path / "links.csv"
    told = run(str(file), "--label", "name", "--by", "distance", "--kilometres", "9", "--longitude", "lon",
               "--latitude", "lat", "--out", str(links))  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "9 places, 16 links, 1 to 2 neighbours each, no islands" in told.stderr
    head, first, *_ = links.read_text(encoding="utf-8").splitlines()
    assert head == "from,to,weight,kilometres"
    assert first == f"p0,p1,1.0,{float(great_circle(*map(np.array, (116.0, 40.0, 116.1, 40.0)))):.6f}"
    columns = [f"--{one}={links.name}:{column}" for one, column in (("origins", "from"), ("destinations", "to"))]
    asked = ["measure", "moran", str(file), "--values", "value", *columns, f"--weights={links.name}:weight"]
    measured = CliRunner().invoke(main, [*asked, "--style", "row", "--language", "en", "--format", "csv"])
    assert measured.exit_code == 0, measured.output
    assert "Moran's I,0.8" in measured.output
    unknown = CliRunner().invoke(main, [*asked, "--style", "rows"])
    assert unknown.exit_code == 1
    assert "no style 'rows'" in unknown.output


def test_the_verb_prints_borders_and_says_who_has_no_neighbour(tmp_path: Path) -> None:
    target = tmp_path / "codes.csv"
    target.write_text("code\n110000\n120000\n460000\n", encoding="utf-8")
    told = run(str(target), "--label", "code", "--by", "border")
    assert told.stdout == "from,to,weight,kilometres\n110000,120000,1.0,\n120000,110000,1.0,\n"
    assert "islands: 1 (460000)" in told.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--by", "nearest", "--count", "2"], 2, "needs --longitude COLUMN"),
        (["--by", "nearest", "--longitude", "lon", "--latitude", "lat"], 2, "needs --count"),
        (["--by", "distance", "--count", "2", "--longitude", "lon", "--latitude", "lat"], 2, "--by distance --kilometres"),
        (["--by", "border", "--count", "2"], 2, "takes codes and no points"),
        (["--by", "border"], 1, "no outline for code '甲'"),
        (["--by", "nearest", "--count", "2", "--longitude", "lng", "--latitude", "lat"], 1, "no column 'lng'"),
        (["--by", "nearest", "--count", "2", "--longitude", "name", "--latitude", "lat"], 1, "name is '甲'"),
        (["--by", "nearest", "--count", "9", "--longitude", "lon", "--latitude", "lat"], 1, "count is 9"),
    ],
)  # fmt: skip
def test_wrong_words_of_the_verb(file: Path, words: list[str], code: int, said: str) -> None:
    told = run(str(file), "--label", "name", *words)
    assert told.exit_code == code
    assert said in told.output


def test_ageing_of_the_counties_lies_in_patches() -> None:
    """Census of 2020, 199 counties: Moran's I by a full matrix is that of the finding, 0.460, far beyond chance."""
    pack = read_pack(Path(__file__).resolve().parent.parent / "packs" / "jingjinji")
    codes = pack.gazetteer.perimeters["counties.2020"].members
    aged = {one.place: float(one.value) for one in pack.observations
            if one.concept == "age.share.65_plus" and one.period.startswith("2020")}  # fmt: skip
    values = np.array([aged[code] for code in codes])
    links = adjacency.along_borders(codes, corners=False)
    table = np.zeros((len(codes), len(codes)))
    table[links.origins, links.destinations] = 1.0
    table /= table.sum(axis=1, keepdims=True)
    z = values - values.mean()
    told = moran(values, **links.arrays, style="row")
    assert links.islands == ()
    assert told[0] == pytest.approx(float(z @ table @ z / (z @ z)))
    assert told[0] == pytest.approx(0.460, abs=5e-4)
    assert told[5] > 10
