"""Editions beside each other: what moved, why, and which passages it changed; nothing is said to move that did not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import Workshop

from xietong.cli import main
from xietong.errors import Problems
from xietong.library.movements import Comparison, Move
from xietong.library.reviews import Signature, comment, sign, signature_of
from xietong.library.store import Edition, current_edition


def run(*words: str) -> Result:
    more = (
        ("--study", "small/study")
        if words[:2] == ("edition", "comments")
        else ("--study", "small/study", "--out", "out")
    )
    result = CliRunner().invoke(main, [*words, *more])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def moves(small: Workshop, change: tuple[str, str, str]) -> list[Move]:
    before = small.edition()
    small.edit(*change)
    with before, small.edition() as after:
        return list(Comparison(before, after).moves())


def changed_line(small: Workshop) -> tuple[str, str, str]:
    """Return the edit that gives the settled line for province 110 in 2019 another value."""
    row = next(one for one in small.read("pack/tables/output.csv").splitlines() if one.startswith("110,2019,1500"))
    return "pack/tables/output.csv", row, row.replace(row.split(",")[2], "1499.6", 1)


def test_an_edition_does_not_move_against_itself(small: Workshop) -> None:
    with small.edition() as one:
        told = Comparison(one, one)
        assert list(told.moves()) == []
        assert told.tables() == []


def test_a_changed_line_is_data_and_carries_through_to_what_stands_on_it(small: Workshop) -> None:
    found = moves(small, changed_line(small))
    assert found
    assert {move.reasons for move in found} == {("data",)}
    direct = next(move for move in found if move.finding == "out.member")
    assert direct.after == 1499.6
    with small.edition() as after:
        assert after.line(direct.rows[1][0]).value == 1499.6


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


def with_appendix(small: Workshop) -> None:
    """Add the chapters of numbers and references, without which a report has links that lead nowhere."""
    for language in ("zh", "en"):
        small.write(f"study/chapters/{language}/9-appendix.md", "# 附录\n\n{{ references() }}\n\n{{ appendix() }}\n")


OFFICE = ("--office", "核算处", "--when", "2026-11-24")


def test_an_edition_is_signed_when_nothing_is_stale_and_no_comment_open(small: Workshop) -> None:
    with_appendix(small)
    run("report", "--format", "html")
    assert "comment 1 on out.region" in run("edition", "comment", "out.region", "请核", *OFFICE).stdout
    assert "closest: out.region" in run("edition", "comment", "out.regio", "请核", *OFFICE).stderr
    told = run("sign", "2024", "--reason", "已核", *OFFICE)
    assert told.exit_code == 1
    assert "comment 1 of 核算处 on out.region is open: 请核" in told.stderr
    assert run("edition", "answer", "1", "已核对", *OFFICE).exit_code == 0
    assert "was answered by 核算处" in run("edition", "answer", "1", "再答", *OFFICE).stderr
    assert "no comment '7'" in run("edition", "answer", "7", "再答", *OFFICE).stderr
    small.edit(*changed_line(small))
    assert "the edition is stale" in run("sign", "2024", "--reason", "已核", *OFFICE).stderr
    run("build")
    folder = Path(run("sign", "2024", "--reason", "已核", *OFFICE).stdout.strip())
    assert {"manifest.json", "report.zh.docx", "report.en.pdf"} < {one.name for one in folder.iterdir()}
    assert "核算处 2026-11-24 签发" in (folder / "report.zh.html").read_text(encoding="utf-8")
    assert "2024, signed by 核算处 on 2026-11-24  (current)" in run("edition", "list").stdout
    assert "as signed" in run("edition", "verify").stdout
    (folder / "report.zh.html").write_text("other", encoding="utf-8")
    told = run("edition", "verify")
    assert (told.exit_code, "changed: report.zh.html" in told.stdout) == (1, True)


def test_a_name_is_taken_once_and_leads_nowhere_else(small: Workshop) -> None:
    run("build")
    digest = Edition.open(current_edition(Path("out/study"))).digest
    sign(small.study, Signature("2024", "0" * 64, "2026-11-24", "核算处", "已核", ""))
    assert "is the name of edition 000000000000" in run("sign", "2024", "--reason", "已核", *OFFICE).stderr
    assert "is no name of an edition" in run("sign", "../x", "--reason", "已核", *OFFICE).stderr
    assert signature_of(small.study, digest) is None
    with pytest.raises(Problems, match="the office is empty"):
        comment(small.study, digest, "out.region", "2026-11-24", " ", "x")


def test_a_report_that_nobody_signed_is_a_draft(small: Workshop) -> None:
    with_appendix(small)
    run("report", "--language", "en", "--format", "html")
    assert "(draft)" in Path("out/study/report.en.html").read_text(encoding="utf-8")
