"""The algebra of areas on the places of the region, and on figures that were published for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import Problems
from xietong.library.areas import Balance, balance, difference, units
from xietong.library.pack import Pack, read_pack
from xietong.library.places import Gazetteer


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs" / "jingjinji")


@pytest.fixture(scope="module")
def known(pack: Pack) -> Gazetteer:
    return pack.gazetteer


@pytest.fixture(scope="module")
def census(pack: Pack) -> Callable[[str, str], dict[str, float]]:
    """Return residents by place, of a table and a census."""

    def read(table: str, concept: str) -> dict[str, float]:
        found = next(one for one in pack.tables if one.name.endswith(table))
        return {one.place: one.value for one in found.observations if one.concept == concept}

    return read


def test_a_region_is_its_counties_at_the_time(known: Gazetteer) -> None:
    assert len([one for one in units("jingjinji", known, "2020-11-01") if known.places[one].level == "county"]) == 199
    assert len(units("hebei.zones", known)) == 23
    assert {"110103", "110104"} <= units("110000", known, "2009")
    assert not {"110103", "110104"} & units("110000", known, "2020-11-01")


def test_perimeters_differ_by_what_they_leave_out(known: Gazetteer) -> None:
    first, second = difference("baoding.yearbook", "baoding.without", known, "2024")
    assert (first, second) == ({"130682", "130629", "130632", "130638"}, frozenset())
    assert difference("shijiazhuang.yearbook", "shijiazhuang.without", known)[0] == {"130181"}
    only_air, only_region = difference("cities2+26", "jingjinji", known)
    assert {"140100", "410100"} <= only_air
    assert {"130302", "130802"} <= only_region


def test_counts_of_air_quality_perimeters(known: Gazetteer) -> None:
    """2 + 26 cities (2017) and 2 + 36 cities (2023), the latter with Jiyuan beside the thirty-six."""
    assert len(known.perimeters["cities2+26"].members) == 28
    assert len(set(known.perimeters["cities2+36"].members) - {"419001"}) == 38


@pytest.mark.parametrize("table", ["census-population-2010", "census-population-2020"])
@pytest.mark.parametrize("concept", ["population.census", "population.census.male", "population.census.households"])
def test_counties_add_up_to_cities_and_cities_to_the_province(
    known: Gazetteer, census: Callable[[str, str], dict[str, float]], table: str, concept: str
) -> None:
    values = census(table, concept)
    parents = [code for code in values if known.children(code)]
    assert len(parents) == 14
    for parent in parents:
        below = [values[code] for code in known.children(parent) if code in values]
        assert balance(values[parent], below, 0.5, {}, known).state == "agrees"


def test_what_the_cities_leave_out_of_the_province_is_named(
    known: Gazetteer, census: Callable[[str, str], dict[str, float]]
) -> None:
    """Residents of 2020: the bulletins give 9,242,610 for Baoding, without Dingzhou and Xiong'an."""
    values = census("census-population-2020", "population.census")
    cities = [values[code] for code in known.children("130000")]
    cities[5] = 9242610
    assert known.children("130000")[5] == "130600"
    left_out = {code: values[code] for code in ("130682", "130629", "130632", "130638", "130181", "131082")}
    found = balance(values["130000"], cities, 0.5, left_out, known)
    assert (found.state, found.difference, sorted(found.by)) == ("explained", 2301426, ["130682", "xiongan"])


def test_the_eleven_cities_of_2021_do_not_make_up_the_province(pack: Pack, known: Gazetteer) -> None:
    """Product of 2021 as first published: the cities add up to 39676.0, the province is 40391.3."""
    table = next(one for one in pack.tables if one.name.endswith("cities-gdp-published"))
    cities = [one.value for one in table.observations if one.period == "2021"]
    found = balance(40391.3, cities, 11 * 0.05, {}, known)
    assert len(cities) == 11
    assert (round(found.members, 1), found.state) == (39676.0, "unexplained")
    assert found.difference == pytest.approx(715.3)


def test_shijiazhuang_leaves_xinji_out(
    pack: Pack, known: Gazetteer, census: Callable[[str, str], dict[str, float]]
) -> None:
    """Residents of 2020: the bulletin of Shijiazhuang opens with 10,640,458 and breaks down 11,235,086."""
    values = census("census-population-2020", "population.census")
    left_out = {code: values[code] for code in known.children("130100") if code in values}
    found = balance(11235086, [10640458], 0.5, left_out, known)
    assert (found.state, found.difference, found.by) == ("explained", 594628, ("130181",))
    whole = next(one for one in pack.tables if one.name.endswith("population-census-cities"))
    assert 11235086 in [one.value for one in whole.observations if one.place == "130100"]


def test_a_township_that_moved_is_not_explained_away(
    known: Gazetteer, census: Callable[[str, str], dict[str, float]]
) -> None:
    """Residents of 2010: the bulletin of Baoding of 2021 restates 11,194,382 as 8,946,843 within its later bounds.

    What is missing beside Dingzhou and the three counties is Longhua, a township of Gaoyang: the bulletin of Gaoyang
    restates its 345,160 as 317,866. Renqiu, in Cangzhou, restates its 822,455 as 743,193 for three townships likewise.
    """
    values = census("census-population-2010", "population.census")
    left_out = {code: values[code] for code in ("130682", "130629", "130632", "130638")}
    found = balance(values["130600"], [8946843], 0.5, left_out, known)
    assert (found.state, found.by) == ("unexplained", ())
    assert found.difference - sum(left_out.values()) == values["130628"] - 317866 == 27294
    assert values["130900"] - 7054800 == values["130982"] - 743193 == 79262
    as_a_part = balance(values["130600"], [8946843, 27294], 0.5, left_out, known)
    assert (as_a_part.state, sorted(as_a_part.by)) == ("explained", ["130682", "xiongan"])


def test_baoding_of_2024_differs_by_more_than_dingzhou(pack: Pack, known: Gazetteer) -> None:
    """Product of 2024 in the yearbook: 5265.7 and 4339.4; Dingzhou is 433.9, and Xiong'an only a remainder."""
    table = next(one for one in pack.tables if one.name.endswith("cities-gdp-published"))
    values = {one.place: one.value for one in table.observations if one.period == "2024"}
    found = balance(values["baoding.yearbook"], [values["baoding.without"]], 0.1, {"130682": 433.9}, known)
    assert found.state == "unexplained"
    assert found.difference == pytest.approx(926.3)


def test_units_of_2020_are_the_rows_of_the_census(
    known: Gazetteer, census: Callable[[str, str], dict[str, float]]
) -> None:
    counted = census("census-population-2020", "population.census")
    lowest = {code for code in counted if not known.children(code)}
    assert units("jingjinji", known, "2020-11-01") == lowest


def test_units_of_2010_are_the_rows_of_the_census_but_for_two_districts(
    known: Gazetteer, census: Callable[[str, str], dict[str, float]]
) -> None:
    counted = census("census-population-2010", "population.census")
    lowest = {code for code in counted if not known.children(code)}
    assert lowest - units("jingjinji", known, "2010-11-01") == {"110103", "110104"}
    assert not units("jingjinji", known, "2010-11-01") - lowest


def test_a_change_ends_the_old_code_when_it_begins_the_new(known: Gazetteer) -> None:
    for change in known.changes:
        bounds = [known.places[change.code].valid_to, *(known.places[code].valid_from for code in change.into)]
        assert {bound for bound in bounds if bound} <= {change.when}, change.code


def test_changes_of_one_decree_have_one_date(known: Gazetteer) -> None:
    decrees = {change.source for change in known.changes}
    assert len({(change.source, change.when) for change in known.changes}) == len(decrees)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("110105", "Chaoyang District"),
        ("130108", "Yuhua District"),
        ("130109", "Gaocheng District"),
        ("130121", "Jingxing County"),
        ("130225", "Laoting County"),
        ("130502", "Xiangdu District"),
        ("130503", "Xindu District"),
        ("130726", "Yu County"),
        ("130731", "Zhuolu County"),
        ("130981", "Botou"),
        ("130982", "Renqiu"),
        ("131025", "Daicheng County"),
        ("131028", "Dachang Hui Autonomous County"),
        ("140400", "Changzhi"),
        ("411100", "Luohe"),
    ],
)
def test_names_that_are_easily_read_wrongly(known: Gazetteer, code: str, name: str) -> None:
    assert known.places[code].label.en == name


def test_a_part_of_another_size_explains_nothing_whatever_the_unit(known: Gazetteer) -> None:
    """Hebei and its cities in trillions: a part of 0.4 is no explanation of 0.0715."""
    assert balance(4.0391, [3.9676], 0.0006, {"130682": 0.4}, known).state == "unexplained"


def test_rounding_is_no_difference(known: Gazetteer) -> None:
    assert balance(100.0, [33.3, 33.3, 33.3], 0.15, {}, known).state == "rounding"
    assert balance(100.0, [33.3, 33.3, 33.2], 0.15, {}, known).state == "unexplained"


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=12), st.data())
def test_members_with_one_left_out_are_explained_by_it(values: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(values) - 1))
    rest = [float(value) for i, value in enumerate(values) if i != at]
    found = balance(float(sum(values)), rest, 0.0, {"x": float(values[at])}, Gazetteer({}))
    assert found == Balance(float(sum(values)), float(sum(rest)), float(values[at]), "explained", ("x",))


def test_every_code_that_went_is_accounted_for(known: Gazetteer) -> None:
    gone = [one.code for one in known.places.values() if one.valid_to]
    assert len(gone) == 30
    assert all(known.successors(code) for code in gone)
    assert all(one.source for one in known.changes)


def test_all_problems_of_changes_and_perimeters_come_with_their_lines(tmp_path: object) -> None:
    import shutil
    from pathlib import Path

    folder = Path(str(tmp_path)) / "pack"
    shutil.copytree(ROOT / "tests" / "small" / "pack", folder)
    (folder / "changes.csv").write_text("code,when,kind,into,note,source\n110,soon,vanished,999,,\n", encoding="utf-8")
    text = (folder / "perimeters.toml").read_text(encoding="utf-8")
    (folder / "perimeters.toml").write_text(
        text
        + '\n[odd]\nlabel = "奇 | odd"\nshort = "奇"\nmembers = ["110"]\nwithout = ["nowhere"]\nvalid_from = "once"\nreason = "测"\n',
        encoding="utf-8",
    )
    with pytest.raises(Problems) as caught:
        read_pack(folder)
    told = "\n".join(error.text() for error in caught.value.errors)
    for says in (
        "no place '999'",
        "no kind of change 'vanished'",
        "the source is empty",
        "'soon' is no date",
        "no place 'nowhere'",
        "'once' is no date",
    ):
        assert says in told
    assert all(error.where for error in caught.value.errors)
