"""Editions beside each other: what moved, why, and which passages it changed; nothing is said to move that did not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from conftest import Workshop

from xietong.cli import main
from xietong.library.movements import Comparison, Move
from xietong.library.store import Edition


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, [*words, "--study", "small/study", "--out", "out"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def moves(small: Workshop, change: tuple[str, str, str]) -> list[Move]:
    before = small.edition()
    small.edit(*change)
    with before, small.edition() as after:
        return list(Comparison(before, after).moves())


def changed_line(small: Workshop) -> tuple[str, str, str]:
    """Return the edit that gives the last line for province 110 in 2019 another value."""
    row = [one for one in small.read("pack/tables/output.csv").splitlines() if one.startswith("110,2019,")][-1]
    return "pack/tables/output.csv", row, row.replace(row.split(",")[2], "77.7", 1)


def test_an_edition_does_not_move_against_itself(small: Workshop) -> None:
    with small.edition() as one:
        told = Comparison(one, one)
        assert list(told.moves()) == []
        assert told.tables() == []


def test_a_changed_line_is_data_and_carries_through_to_what_stands_on_it(small: Workshop) -> None:
    found = moves(small, changed_line(small))
    assert found
    assert {move.reasons for move in found} == {("data",)}
    direct = next(move for move in found if move.finding == "out.member" and move.cell["place"] == "110")
    assert direct.after == 77.7
    with small.edition() as after:
        assert after.line(direct.rows[1][0]).value == 77.7


def test_a_changed_choice_of_a_plan_is_a_choice(small: Workshop) -> None:
    found = moves(small, ("study/plans.toml", "value = 0.55", "value = 0.545"))
    assert found
    assert {why for move in found for why in move.reasons} == {"choice"}


def test_new_and_gone_findings_are_told_apart(small: Workshop) -> None:
    before = small.edition()
    small.write("study/findings/extra.toml", _copy(small))
    with before, small.edition() as after:
        assert {move.reasons for move in Comparison(before, after).moves()} == {("new",)}
        assert {move.reasons for move in Comparison(after, before).moves()} == {("gone",)}


def _copy(small: Workshop) -> str:
    """Return the first finding of the study under another name."""
    text = small.read(f"study/findings/{next(p.name for p in sorted((small.study / 'findings').iterdir()))}")
    parts = text.split('\n["')
    one = parts[1] if not text.startswith('["') else parts[0].removeprefix('["')
    name = one.partition('"')[0]
    return '["' + one.replace(name, f"{name}.again")


def test_the_command_line_names_passages_and_editions(small: Workshop) -> None:
    run("build")
    assert "one edition only" in run("compare").stderr
    small.edit(*changed_line(small))
    run("build")
    told = run("compare", "--language", "en").stdout
    assert "small/pack/tables/output.csv:" in told
    assert "small/study/chapters/" in told
    assert "no edition 'currant'" in run("compare", "currant").stderr
    assert "0 numbers and 0 tables" in run("compare", "current", "current", "--language", "en").stdout


def test_a_file_that_is_no_edition_is_told(small: Workshop) -> None:
    run("build")
    small.write("x.duckdb", "no database")
    assert "this is no edition" in run("compare", "small/x.duckdb").stderr


@pytest.mark.parametrize("name", ["gdp.region", "index.gap"])
def test_why_is_empty_for_what_did_not_change(jingjinji: Edition, name: str) -> None:
    assert Comparison(jingjinji, jingjinji).reasons(name) == ("follows",)
