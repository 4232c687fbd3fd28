"""Readings choose one value per cell; the ledger refuses what would be a silent choice."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from conftest import SMALL, Workshop, ledger
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import AmbiguousCell, PackError, UnitMismatch, UnknownName
from xietong.library.labels import Label
from xietong.library.ledger import Selection
from xietong.library.origins import Flag, Grade
from xietong.library.pack import read_pack
from xietong.library.readings import Reading
from xietong.library.series import Series

OUTPUT = "pack/tables/output.csv"
NAME = Label("测", "test")


def reading(rule: str, **more: object) -> Reading:
    return Reading("test", NAME, rule, "test", **more)


def read(
    small: Workshop, rule: Reading, place: str = "110", period: str = "2019", concept: str = "output.nominal"
) -> Series:
    with ledger(small.pack()) as one:
        return one.series(Selection((concept,), (place,), (period,), one_place=True, one_period=True), rule)


LATEST = reading("latest")


@pytest.mark.parametrize(
    ("place", "period", "rule", "value"),
    [
        ("110", "2014", LATEST, 1000.5),
        ("110", "2014", reading("first"), 1100.0),
        ("110", "2014", reading("latest", benchmark={"economic": "old"}), 1100.0),
        ("110", "2014", reading("first", benchmark={"economic": "new"}), 1000.5),
        ("110", "2014", reading("latest", benchmark={"people": "count-1"}), 1000.5),
        ("110", "2014", reading("as_of", day="2019"), 1100.0),
        ("110", "2014", reading("as_of", day="2020-02-29"), 1100.0),
        ("110", "2014", reading("as_of", day="2020-03-01"), 1000.5),
        ("120", "2019", LATEST, 800.0),
        ("120", "2019", reading("first"), 790.0),
        ("120", "2019", reading("as_of", day="2020-04"), 800.0),
        ("120", "2014", reading("origin", origins=("output:undated",)), 777.0),
        ("110", "2019", reading("origin", origins=("output:press",)), 1500.0),
    ],
)
def test_a_reading_takes_its_value(small: Workshop, place: str, period: str, rule: Reading, value: float) -> None:
    assert float(read(small, rule, place, period).values) == value


def test_a_text_that_only_rounds_does_not_replace_the_precise_value(small: Workshop) -> None:
    series = read(small, LATEST)
    assert float(series.values) == 1500.5
    assert series.grades == Grade.REPRINT


def test_a_later_text_that_disagrees_beyond_its_rounding_replaces_it(small: Workshop) -> None:
    small.edit(OUTPUT, "110,2019,,0.15,press", "110,2019,,0.16,press")
    assert float(read(small, LATEST).values) == 1600.0


def test_final_stands_before_preliminary_even_when_that_is_newer(small: Workshop) -> None:
    assert small.pack().origins["output:early"].edition > small.pack().origins["output:new-book"].edition
    series = read(small, LATEST, "120")
    assert (float(series.values), int(series.flags)) == (800.0, Flag.REVISED)


def test_a_benchmark_stands_before_status_and_edition(small: Workshop) -> None:
    small.origin("late", "press", edition="2024-01-01", benchmark="old")
    small.append(OUTPUT, "120,2019,999,,late,,\n")
    assert float(read(small, LATEST, "120").values) == 800.0


def test_without_edition_and_benchmark_only_a_named_origin_reads(small: Workshop) -> None:
    small.edit(OUTPUT, "120,2014,777,,undated", "120,2011,777,,undated")
    assert read(small, LATEST, "120", "2011").missing() == [{}]
    assert float(read(small, reading("origin", origins=("output:undated",)), "120", "2011").values) == 777.0


def test_an_undated_value_on_a_benchmark_is_latest_but_not_as_of(small: Workshop) -> None:
    small.edit("pack/tables/output.toml", 'edition = "2020-12-31"\n', "")
    small.append(OUTPUT, "130,2011,5,,early,,\n")
    assert float(read(small, LATEST, "130", "2011").values) == 5.0
    assert read(small, reading("as_of", day="2999"), "130", "2011").missing()


def test_two_of_equal_standing_that_disagree_are_refused_naming_both_lines(small: Workshop) -> None:
    small.origin("twin", "new-book")
    line = small.append(OUTPUT, "120,2019,801,,twin,,\n")
    with pytest.raises(AmbiguousCell) as caught:
        read(small, LATEST, "120")
    assert small.line(OUTPUT, "120,2019,800") in caught.value.what
    assert f"small/{OUTPUT}:{line}" in caught.value.what
    assert len(caught.value.ways) == 2


def test_two_of_equal_standing_that_agree_within_rounding_are_one(small: Workshop) -> None:
    small.origin("twin", "new-book")
    small.append(OUTPUT, "120,2019,800.4,,twin,,\n")
    assert float(read(small, LATEST, "120").values) == 800.4


def test_two_precise_values_under_one_rounded_text_are_still_a_choice(small: Workshop) -> None:
    small.origin("twin", "new-book")
    small.append(OUTPUT, "110,2019,1500.9,,twin,,\n")
    with pytest.raises(AmbiguousCell):
        read(small, LATEST, "110")


def test_a_precise_older_value_does_not_settle_a_quarrel_of_two_newer_ones(small: Workshop) -> None:
    small.origin("late", "new-book", edition="2021-03-01")
    small.origin("twin", "late")
    small.edit(OUTPUT, "120,2019,800,,new-book", "120,2019,800.2,,new-book")
    first = small.append(OUTPUT, "120,2019,800,,late,,\n120,2019,801,,twin,,\n")
    with pytest.raises(AmbiguousCell) as caught:
        read(small, LATEST, "120")
    assert f"small/{OUTPUT}:{first} and small/{OUTPUT}:{first + 1}" in caught.value.what


@pytest.mark.parametrize("rows", ["120,2011,5,,one,,\n120,2011,5,,two,,\n", "120,2011,5,,two,,\n120,2011,5,,one,,\n"])
def test_of_two_that_agree_the_worse_flag_is_told(small: Workshop, rows: str) -> None:
    small.origin("one", "new-book", flag="observed")
    small.origin("two", "new-book", flag="revised")
    small.append(OUTPUT, rows)
    assert int(read(small, LATEST, "120", "2011").flags) == Flag.REVISED


def test_absent_cells_are_flagged_and_named(small: Workshop) -> None:
    with ledger(small.pack()) as one:
        series = one.series(Selection(("output.nominal",), ("110", "120"), ("2014", "2016")), LATEST)
    assert series.missing() == [{"place": "110", "period": "2016"}, {"place": "120", "period": "2016"}]
    assert series.flags.tolist() == [[1, 9], [1, 9]]
    assert series.rows[0, 1] == -1


def test_a_flow_is_read_by_its_destination(small: Workshop) -> None:
    with ledger(small.pack()) as one:
        values = [
            float(
                one.series(
                    Selection(("deals.flow",), ("110",), ("2019",), to, one_place=True, one_period=True), LATEST
                ).values
            )
            for to in ("pair", "120", "130")
        ]
        nothing = one.series(Selection(("deals.flow",), ("110",), ("2019",)), LATEST)
    assert values == [90.5, 60.0, 30.1]
    assert nothing.missing()


def test_values_are_kept_in_the_unit_of_the_concept(small: Workshop) -> None:
    assert float(read(small, LATEST, concept="deals.share").values) == 0.125


def test_series_know_the_benchmarks_of_the_chosen_cells_only(small: Workshop) -> None:
    series = read(small, LATEST, period="2014")
    assert series.benchmarks == {"economic": {"new": small.line(OUTPUT, "110,2014,1000.5")}}


def test_concepts_in_different_units_do_not_share_an_axis(small: Workshop) -> None:
    both = Selection(("output.nominal", "people.resident"), ("110",), ("2019",), one_concept=False)
    with ledger(small.pack()) as one, pytest.raises(UnitMismatch, match="亿元.*万人"):
        one.series(both, LATEST)


@pytest.mark.parametrize(
    ("selection", "close"),
    [
        (Selection(("output.nominl",), ("110",), ("2019",)), "output.nominal"),
        (Selection(("output.nominal",), ("1100",), ("2019",)), "110"),
        (Selection(("deals.flow",), ("110",), ("2019",), "pare"), "pair"),
    ],
)
def test_unknown_names_offer_the_nearest(small: Workshop, selection: Selection, close: str) -> None:
    with ledger(small.pack()) as one, pytest.raises(UnknownName) as caught:
        one.series(selection, LATEST)
    assert close in caught.value.text()


@pytest.mark.parametrize(
    "wrong", [{"rule": "newest"}, {"rule": "as_of"}, {"rule": "as_of", "day": "May 2020"}, {"rule": "origin"}]
)
def test_a_rule_without_what_it_needs_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(PackError):
        reading(**wrong)


ORIGINS = {
    "a": ("2020", "official", "new", "observed"), "b": ("2020", "official", "new", "observed"),
    "c": ("2021", "media", "new", "observed"), "d": ("2019", "official", "new", "preliminary"),
    "e": ("2022", "official", "old", "observed"), "f": ("2020", "official", "new", "revised"),
}  # fmt: skip
LINE = st.tuples(st.sampled_from(sorted(ORIGINS)), st.sampled_from(["100", "100.4", "100.44", "101", "100.3", "100.0"]))
LINES = st.lists(LINE, min_size=1, max_size=5, unique_by=lambda line: line[0])
RULES = st.sampled_from([LATEST, reading("first"), reading("as_of", day="2020-12-31")])


def chosen(lines: list[tuple[str, str]], rule: Reading) -> tuple[object, ...]:
    """Return value, flag and grade of the only cell, or the lines between which no choice is made."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        shutil.copytree(SMALL / "pack", pack, ignore=shutil.ignore_patterns("tables"))
        (pack / "tables").mkdir()
        sidecar = 'title = "t"\n[columns.output]\nconcept = "output.nominal"\nunit = "亿元"\n'
        for name, (edition, grade, benchmark, flag) in ORIGINS.items():
            sidecar += (
                f'[origins.{name}]\npublisher = "p"\ntitle = "t"\nlocator = "l"\nlicence = "x"\naccess = "public"\n'
            )
            sidecar += f'edition = "{edition}"\ngrade = "{grade}"\nbenchmark = "{benchmark}"\nflag = "{flag}"\n'
        (pack / "tables/one.toml").write_text(sidecar, encoding="utf-8")
        rows = "".join(f"110,2019,{value},{origin}\n" for origin, value in lines)
        (pack / "tables/one.csv").write_text(f"place,period,output,origin\n{rows}", encoding="utf-8")
        with ledger(read_pack(pack)) as one:
            selection = Selection(("output.nominal",), ("110",), ("2019",), one_place=True, one_period=True)
            try:
                series = one.series(selection, rule)
            except AmbiguousCell:
                return ("refused",)
    return float(series.values), int(series.flags), int(series.grades)


@settings(max_examples=40, deadline=None)
@given(LINES, RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(lines: list[tuple[str, str]], rule: Reading, random: object) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert str(chosen(lines, rule)) == str(chosen(shuffled, rule))


@settings(max_examples=25, deadline=None)
@given(LINES)
def test_as_of_a_far_day_is_latest(lines: list[tuple[str, str]]) -> None:
    assert str(chosen(lines, LATEST)) == str(chosen(lines, reading("as_of", day="2999-12-31")))


@pytest.mark.parametrize("rule", ["latest", "first", "as_of", "origin"])
def test_a_resale_of_unknown_origin_is_read_only_with_a_reason(small: Workshop, rule: str) -> None:
    small.origin("resold", "press", edition="2019-01-01", benchmark="new", grade="resale")
    small.append(OUTPUT, "130,2018,,0.05,resold,,\n")
    more = {"as_of": {"day": "2030"}, "origin": {"origins": ("output:resold",)}}.get(rule, {})
    assert read(small, reading(rule, **more), "130", "2018").missing() == [{}]
    opted = reading(rule, resale="nothing better was found", **more)
    series = read(small, opted, "130", "2018")
    assert (float(series.values), int(series.grades)) == (500.0, Grade.RESALE)
    assert "resale allowed" in opted.describe()
