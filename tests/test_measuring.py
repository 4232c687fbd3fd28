"""A measure on a file or an array without a pack: what is read, what is printed, and what is refused with its line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

import xietong
from xietong.cli import main
from xietong.errors import MeasureRefusal, Problems, UnknownName, XietongError
from xietong.measures import all_measures
from xietong.measures.inequality import gini, theil_t
from xietong.measures.specialisation import location_quotient
from xietong.measures.synthetic_control import donor_weights
from xietong.recipes import notes
from xietong.recipes.measuring import facts

ROWS = [
    ["year", "city", "gdp（亿元）", "pop", "farms", "works"],
    ["2020", "甲", "10", "1", "1", "9"],
    ["2020", "乙", "20", "3", "4", "16"],
    ["2021", "甲", "12", "1", "1", "11"],
    ["2021", "乙", "22", "3", "2", "20"],
]


def table(folder: Path, rows: list[list[str]], name: str = "data.csv", encoding: str = "utf-8") -> str:
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["measure", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def test_a_file_is_measured_and_the_note_stands_below(tmp_path: Path) -> None:
    told = run("theil", table(tmp_path, ROWS[:3]), "--income", "gdp（亿元）", "--people=pop", "--language", "en").output
    value = float(theil_t(np.array([10.0, 20.0]), np.array([1.0, 3.0])))
    assert f"\n{value:.6g} nat\n" in told
    for part in ("over: 2 place", "formula: T = ", "absent cells: refused", "trap: ", "source: Theil, H. (1967)"):
        assert part in told


def test_a_year_at_a_time(tmp_path: Path) -> None:
    file = table(tmp_path, ROWS)
    told = json.loads(
        run("gini", file, "--values", "gdp（亿元）", "--pe", "pop", "--by", "year", "--format", "json").output
    )
    assert told["axes"] == {"year": ["2020", "2021"]}
    expected = gini(np.array([[10.0, 20.0], [12.0, 22.0]]), np.array([1.0, 3.0]))
    assert told["values"] == pytest.approx(expected.tolist())


def test_several_columns_are_the_second_axis_and_rows_keep_their_names(tmp_path: Path) -> None:
    out = run("lq", table(tmp_path, ROWS[:3]), "--amounts", "farms,works", "--format", "csv").output
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["place"], row["sector"]) for row in rows] == [
        ("甲", "farms"), ("甲", "works"), ("乙", "farms"), ("乙", "works"),
    ]  # fmt: skip
    expected = location_quotient(np.array([[1.0, 9.0], [4.0, 16.0]])).ravel()
    assert [float(row["value"]) for row in rows] == pytest.approx(expected.tolist())


def test_a_long_table_is_laid_out_by_the_columns_of_its_labels(tmp_path: Path) -> None:
    rows = [["who", "what", "n"], ["a", "x", "1"], ["a", "y", "9"], ["b", "y", "16"], ["b", "x", "4"]]
    file = table(tmp_path, rows)
    wide = run("lq", table(tmp_path, ROWS[:3], "wide.csv"), "--amounts", "farms,works", "--format", "csv").output
    long = run("lq", file, "--amounts", "n", "--place", "who", "--sector", "what", "--format", "csv").output
    assert [row[2] for row in csv.reader(io.StringIO(long))] == [row[2] for row in csv.reader(io.StringIO(wide))]
    told = run("lq", file, "--amounts", "n", code=1).stderr
    assert "needed over place × sector" in told
    rows.append(["a", "x", "2"])
    told = run("lq", table(tmp_path, rows), "--amounts", "n", "--place", "who", "--sector", "what", code=1).stderr
    assert "data.csv:6" in told
    assert "stands in line 2 and again here" in told


def test_workbook_and_old_encoding_give_the_same(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "data.xlsx"))
    sheet = book.add_worksheet("表")
    for at, row in enumerate(ROWS[:3]):
        for column, cell in enumerate(row):
            sheet.write(at, column, float(cell) if at and cell.isdigit() else cell)
    book.close()
    words = ("--incomes", "gdp（亿元）", "--people", "pop", "--format", "json")
    plain = run("theil", table(tmp_path, ROWS[:3]), *words).output
    assert run("theil", str(tmp_path / "data.xlsx"), *words).output == plain
    assert run("theil", table(tmp_path, ROWS[:3], "old.csv", "gb18030"), *words).output == plain


def test_thousands_are_taken_out_and_it_is_said(tmp_path: Path) -> None:
    file = table(tmp_path, [["c", "g", "p"], ["a", "1,000.5", "1"], ["b", "2,000", "1"]])
    told = json.loads(run("theil", file, "--incomes", "g", "--people", "p", "--format", "json").output)
    assert any("thousands of g" in one for one in told["warnings"])
    assert told["values"] == pytest.approx(float(theil_t(np.array([1000.5, 2000.0]), np.ones(2))))


def test_every_bad_cell_is_told_with_its_line(tmp_path: Path) -> None:
    file = table(tmp_path, [["c", "g", "p"], ["a", "x", "1"], ["b", "", "1"], ["c", "3", "…"]])
    told = run("theil", file, "--incomes", "g", "--people", "p", code=1).stderr
    for line, what in ((2, "g is 'x'"), (3, "g is empty"), (4, "p is '…'")):
        assert f"data.csv:{line}: inequality.theil_t: {what}" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["thiel", "FILE"], "theil"),
        (["theil", "FILE", "--incomes", "gdp", "--people", "pop"], "gdp（亿元）"),
        (["theil", "FILE", "--incomes", "pop"], "'people' over place is missing"),
        (["theil", "FILE", "--incomes", "pop", "--peeple", "pop"], "no option '--peeple'"),
        (["theil", "FILE", "--incomes", "--people", "pop"], "--incomes has no value"),
        (["theil", "FILE", "--incomes", "pop", "--people", "pop", "--by", "yeer"], "no column 'yeer'"),
        (["theil", "FILE", "--place", "city", "--incomes", "pop", "--people", "pop"], "city '甲' stands line 2"),
        (["theil", "nowhere.csv", "--incomes", "pop", "--people", "pop"], "does not exist"),
        (["compound_annual_growth", "FILE", "--first", "pop", "--last", "pop"], "the choice 'years' is not stated"),
        (["compound_annual_growth", "FILE", "--first", "pop", "--last", "pop", "--years", "x"], "years is 'x'"),
    ],
)
def test_what_is_wrong_with_the_call_is_told(tmp_path: Path, words: list[str], said: str) -> None:
    file = table(tmp_path, ROWS)
    assert said in run(*(file if word == "FILE" else word for word in words), code=1).stderr


def test_a_refusal_names_the_file_and_the_part(tmp_path: Path) -> None:
    rows = [ROWS[0], ["2020", "甲", "0", "1", "1", "1"], ["2020", "乙", "0", "1", "1", "1"]]
    told = run("theil", table(tmp_path, rows), "--inc", "gdp（亿元）", "--pe", "pop", "--by", "year", code=1).stderr
    assert "data.csv: inequality.theil_t for year 2020: total_of_incomes is 0" in told


def test_results_are_written_where_asked_and_start_no_formula(tmp_path: Path) -> None:
    rows = [["c", "x", "y"], ["=1+1", "1", "2"], ["b", "2", "3"]]
    target = tmp_path / "out.csv"
    run("lq", table(tmp_path, rows), "--amounts", "x,y", "--format", "csv", "--out", str(target))
    text = target.read_text(encoding="utf-8-sig")
    assert "'=1+1,x," in text
    assert "\n=" not in text


def test_without_a_file_it_is_described_and_without_a_name_all_are_listed() -> None:
    told = run("theil", "--language", "en").output
    assert "--incomes  place" in told
    assert "formula: T" in told
    listed = run().output
    for name in all_measures():
        assert name.partition(".")[2] in listed


def test_misuse_stands_beside_the_right_number_when_asked_for(tmp_path: Path) -> None:
    file = table(tmp_path, [["c", "a", "b"], ["x", "0.6", "0.3"]])
    plain = run("coupling", file, "--scores", "a,b", "--language", "en").output
    assert "wrong forms of it circulate" in plain
    shown = run("coupling", file, "--scores", "a,b", "--language", "en", "--misused").output
    assert "0.942809" in shown
    assert "0.471405" in shown
    assert "as commonly misused" in shown


def test_a_misuse_that_changes_nothing_here_says_so(tmp_path: Path) -> None:
    rows = [["p", "x", "y"], *([chr(97 + at), str(at + 1), str(9 - at)] for at in range(8))]
    shown = run("entropy", table(tmp_path, rows), "--values", "x,y", "--misused", "--language", "en").output
    assert "the same for these data" in shown


def test_rows_may_be_years_where_that_axis_is_named(tmp_path: Path) -> None:
    names = list("bcdefghij")
    rows = [["year", "a", *names]]
    values = np.random.default_rng(1).uniform(5, 9, (4, 10)).round(2)
    rows += [[str(2000 + at), *map(str, row)] for at, row in enumerate(values)]
    words = ["--outcome", "a", "--donors", ",".join(names), "--period", "year", "--before", "2", "--format", "json"]
    told = json.loads(run("donor_weights", table(tmp_path, rows), *words).output)
    assert told["axes"] == {"place": names}
    assert told["values"] == pytest.approx(donor_weights(values[:, 0], values[:, 1:].T, before=2).tolist())


def test_pairs_name_the_rows_of_other_tables(tmp_path: Path) -> None:
    table(tmp_path, [["town", "pop"], ["A", "100"], ["B", "50"], ["C", "10"]], "people.csv")
    table(tmp_path, [["clinic", "beds"], ["H1", "15"], ["H3", "100"], ["H2", "20"]], "beds.csv")
    pairs = [["from", "to", "t"], ["C", "H3", "1"], ["A", "H1", "1"], ["B", "H2", "1"], ["A", "H3", "40"]]
    pairs += [["B", "H3", "40"], ["C", "H1", "40"], ["C", "H2", "40"], ["A", "H2", "60"], ["B", "H1", "60"]]
    words = ["--people", "people.csv:pop", "--supply", "beds.csv:beds", "--origins", "from", "--facilities", "to"]
    words += ["--costs", "t", "--max-cost", "45", "--format", "json"]
    told = json.loads(run("2sfca", table(tmp_path, pairs), *words).output)
    assert told["axes"] == {"place": ["A", "B", "C"]}
    assert told["values"] == pytest.approx([0.761363636, 0.958333333, 1.094696970])
    pairs[1][0] = "D"
    assert (
        "pairs.csv: catchments.two_step: no place in origins 'D'"
        in run("2sfca", table(tmp_path, pairs, "pairs.csv"), *words, code=1).stderr
    )


def test_arrays_pandas_and_polars_give_the_same_as_the_formula() -> None:
    values, people = [10.0, 20.0, 40.0], [1.0, 3.0, 2.0]
    expected = float(theil_t(np.array(values), np.array(people)))
    frame, other = pd.DataFrame({"g": values, "p": people}, index=list("abc")), pl.DataFrame({"g": values, "p": people})
    assert float(xietong.measure("theil", incomes=values, people=people)) == expected
    assert xietong.measure("theil", incomes=frame["g"], people=frame["p"]).value == expected
    assert xietong.measure("theil", incomes=other["g"], people=other["p"]).value == expected


def test_labels_of_frames_travel_to_the_result_and_must_agree() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 1.0]}, index=["甲", "乙"])
    result = xietong.measure("lq", amounts=frame)
    assert [axis.labels for axis in result.axes] == [("甲", "乙"), ("x", "y")]
    assert result.to_pandas()["甲", "y"] == pytest.approx(location_quotient(frame.to_numpy())[0, 1])
    with pytest.raises(MeasureRefusal, match="the same labels in another order"):
        xietong.measure("theil", incomes=frame["x"], people=frame["y"][::-1])


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"incomes": [1, 2], "peple": [1, 2]}, Problems, "people"),
        ({"incomes": ["x", 2], "people": [1, 2]}, XietongError, "incomes holds what is no number"),
        ({"incomes": [1, 2], "people": [1, 2, 3]}, MeasureRefusal, "incomes has 2 on 'place' and people has 3"),
        ({"incomes": 1, "people": [1, 2]}, MeasureRefusal, "incomes has 0 axes"),
        ({"incomes": [1], "people": [1]}, MeasureRefusal, "needs at least 2"),
    ],
)
def test_what_is_wrong_in_python_is_told(given: dict[str, Any], kind: type[XietongError], said: str) -> None:
    with pytest.raises(kind, match=said):
        xietong.measure("theil", **given)
    with pytest.raises(UnknownName, match="theil"):
        xietong.measure("thiel", incomes=[1, 2], people=[1, 2])


def test_a_multiple_of_other_axes_is_a_precondition_with_its_own_way_out() -> None:
    frame = pd.DataFrame({"x": range(1, 9), "y": range(2, 10), "z": range(3, 11)}).astype(float)
    with pytest.raises(MeasureRefusal) as caught:
        xietong.measure("ccr", inputs=frame[["x", "y"]], outputs=frame[["z"]])
    assert "over 8 'place'; it needs at least 9 = 3 x (inputs + outputs)" in caught.value.what
    assert "name fewer inputs and outputs" in caught.value.ways
    assert xietong.measure("ccr", inputs=frame["x"], outputs=frame[["z"]]).values.max() == pytest.approx(1)
    assert list(xietong.measure("ccr", inputs=[1, 2, 4, 4, 4, 4], outputs=[1, 1, 1, 2, 4, 4]).values) == [
        1,
        0.5,
        0.25,
        0.5,
        1,
        1,
    ]


def test_a_single_column_is_one_input_and_a_place_out_of_reach_is_told(tmp_path: Path) -> None:
    rows = [["city", "jobs", "gdp"], *([name, str(n), str(n * (12 - n))] for n, name in enumerate("abcdef", 1))]
    path = table(tmp_path, rows)
    told = run("super_bcc", path, "--inputs=jobs", "--outputs=gdp", "--orientation=input", "--language=en").output
    assert "\nf  " in told
    assert "1 cells of the result are undefined: no combination of the other places reaches the place" in told
    assert "the choice 'orientation' is not stated" in run("bcc", path, "--inputs=jobs", "--outputs=gdp", code=1).output


def test_two_years_stand_in_two_files(tmp_path: Path) -> None:
    rows = [["city", "jobs", "gdp"], *([name, str(n), str(n * (12 - n))] for n, name in enumerate("abcdef", 1))]
    first, _ = (
        table(tmp_path, rows, "2019.csv"),
        table(tmp_path, [rows[0], *([a, b, str(2 * int(c))] for a, b, c in rows[1:])], "2020.csv"),
    )
    years = (
        "--earlier_inputs=jobs",
        "--earlier_outputs=gdp",
        "--later_inputs=2020.csv:jobs",
        "--later_outputs=2020.csv:gdp",
    )
    told = run("malmquist", first, *years, "--format=csv", "--language=en").output
    assert [
        float(line.rpartition(",")[2]) for line in told.splitlines() if "technical change" in line
    ] == pytest.approx([2] * 6)


def test_a_result_is_shown_in_a_notebook_with_every_text_escaped() -> None:
    frame = pd.DataFrame({"<b>": [1.0, 2.0], "y": [3.0, 1.0]})
    shown = xietong.measure("lq", amounts=frame)._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


@pytest.mark.parametrize("name", sorted(all_measures()))
def test_every_measure_can_be_described_in_both_languages(name: str) -> None:
    known = facts(name)
    for language in ("zh", "en"):
        told = notes.described(known, language)
        assert known.formula in told
        assert known.reference in told
        for parameter in (*known.parameters, *known.choices):
            assert f"--{parameter.replace('_', '-')}  " in told
