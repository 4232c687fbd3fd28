"""Words that the data choose: signs, comparisons, orders, absent years, grades; another cell gives other words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import ROOT, Workshop

from xietong.app import desk
from xietong.app.predecessors import earlier
from xietong.errors import EditionError, PublishError, UnknownName
from xietong.library.store import Edition, current_edition
from xietong.publish.changes import Earlier
from xietong.publish.report import Desk

OUTPUT = "pack/tables/output.csv"


def plain(text: str) -> str:
    """Return what a function wrote without its links."""
    import re

    return re.sub(r"\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?", r"\1", text)


def says(small: Workshop, name: str, *arguments: object, **named: object) -> str:
    with small.edition() as edition:
        return plain(Desk(edition, "en", {}, "").functions()[name](*arguments, **named))


WORDS = {"positive": "grew", "negative": "shrank", "zero": "stood"}
PAIR = {"higher": "more than", "lower": "less than", "same": "as much as"}
# what stands in a chapter, what it says of the data as they are, a changed cell, and what it says then
CASES: list[tuple[Callable[[Workshop], str], str, tuple[str, str], str]] = [
    (lambda s: says(s, "sign", "out.rise", **WORDS), "grew", ("130,2014,500,", "130,2014,5000,"), "shrank"),
    (
        lambda s: says(s, "compared", [["out.member", {"place": "120"}], ["out.member", {"place": "130"}]], period="2019", **PAIR),
        "more than", ("130,2019,700,", "130,2019,800,"), "as much as",
    ),
    (
        lambda s: says(s, "compared", [["out.region", {"period": "2014"}], "out.first"], **PAIR),
        "less than", ("110,2014,1000.5,", "110,2014,2000.5,"), "more than",
    ),
    (lambda s: says(s, "bounded", "out.revision", 100, "small", "large"), "small", ("110,2014,1000.5,", "110,2014,2000.5,"), "large"),
    (lambda s: says(s, "extreme", "out.member", "place", period="2019"), "East", ("130,2019,700,", "130,2019,1700,"), "North"),
    (lambda s: says(s, "extreme", "out.region", "period", which="lowest"), "2014", ("130,2014,500,", "130,2014,5000,"), "2019"),
    (
        lambda s: says(s, "ranked", "out.member", "place", count=2, period="2019"),
        "East (1500.5 hundred-million yuan), West (800.0 hundred-million yuan)", ("130,2019,700,", "130,2019,1700,"),
        "North (1700.0 hundred-million yuan), East (1500.5 hundred-million yuan)",
    ),
    (
        lambda s: says(s, "those", "out.member", "place", which="below", than=750, none="none", period="2019"),
        "North (700.0 hundred-million yuan)", ("130,2019,700,", "130,2019,760,"), "none",
    ),
    (lambda s: says(s, "trend", "gap.variation", "2014", "2019", rises="wider", falls="narrower"), "wider", ("130,2019,700,", "130,2019,1700,"), "narrower"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "before", "change", "after"), CASES, ids=[f"{n}-{c[1]}" for n, c in enumerate(CASES)])
def test_a_changed_cell_changes_the_words(
    small: Workshop, word: Callable[[Workshop], str], before: str, change: tuple[str, str], after: str
) -> None:
    assert word(small) == before
    small.edit(OUTPUT, *change)
    assert word(small) == after


def test_standing_grade_and_what_a_claim_states_are_printed_as_the_edition_has_them(small: Workshop) -> None:
    assert says(small, "standing", "out.member", place="130", period="2019") == "revised (A)"
    assert says(small, "grade", "out.member", place="130", period="2019") == "official text reprinted"
    assert says(small, "stated", "claim.rise") == "899.8 hundred-million yuan"
    small.edit("pack/tables/output.toml", 'grade = "reprint"', 'grade = "aggregator"')
    assert says(small, "grade", "out.member", place="130", period="2019") == "aggregator"
    assert says(small, "grade", "out.member", period="2019") == "aggregator"


def test_a_year_that_is_published_is_no_longer_absent(small: Workshop) -> None:
    small.append("pack/tables/people.csv", "110,2016,205,,count,\n")
    assert says(small, "absent", "people.resident", "110", "2014", "2019", none="none") == "2015, 2017–2018"
    small.append("pack/tables/people.csv", "110,2015,205,,count,\n110,2017,205,,count,\n")
    assert says(small, "absent", "people.resident", "110", "2014", "2017", none="none") == "none"


def test_ends_and_sides_that_are_none_are_refused_with_those_there_are(small: Workshop) -> None:
    with pytest.raises(UnknownName, match="largest"):
        says(small, "ranked", "out.member", "place", which="tallest", period="2019")
    with pytest.raises(UnknownName, match="above"):
        says(small, "those", "out.member", "place", which="near", than=1, none="", period="2019")
    with pytest.raises(PublishError, match="0 are asked for"):
        says(small, "extreme", "out.member", "place", count=0, period="2019")
    with pytest.raises(PublishError, match="3 are named"):
        says(small, "compared", ["out.rise", "out.rise", "out.rise"], **PAIR)


# --- what changed since an earlier edition


def compared(small: Workshop, name: str, *arguments: object, **named: object) -> tuple[str, Desk]:
    """Return what a function writes when a cell has moved since the edition before."""
    small.build()
    before = current_edition(small.path / "out")
    small.edit(OUTPUT, "130,2019,700,", "130,2019,701,")
    with Edition.open(before) as old, small.edition() as new:
        told = Desk(new, "en", {}, "", Earlier("2019 | spring", old))
        return plain(told.functions()[name](*arguments, **named)), told


def test_the_first_edition_says_so_and_prints_no_table(small: Workshop) -> None:
    with small.edition() as edition:
        functions = Desk(edition, "en", {}, "").functions()
        assert "first edition" in functions["since"]()
        assert functions["changes"]("numbers", caption="Moved") == ""
        assert functions["restated"]("out.member", caption="Twice", rows="place", columns="period") == ""


def test_what_moved_is_told_with_both_values_and_why(small: Workshop) -> None:
    text, told = compared(small, "changes", "numbers", caption="Numbers that moved")
    assert "| Output of the three North 2019 (hundred-million yuan) | 700.0 | 701.0 | data |" in text
    assert "| Rise (hundred-million yuan) | 899.8 | 900.8 | data |" in text
    assert "1500.5" not in text
    assert set(told.numbers.shown["s-table-1"][1]) >= {"out.member", "out.rise"}


def test_a_verdict_that_turned_is_told(small: Workshop) -> None:
    text, _ = compared(small, "changes", "verdicts", caption="Verdicts")
    assert "| It grew by 899.8 hundred-million yuan | supported | **contradicted** | what it stands on moved |" in text


def test_a_table_of_the_last_edition_is_restated_cell_by_cell(small: Workshop) -> None:
    text, _ = compared(small, "restated", "out.member", caption="Output", rows="place", columns="period")
    assert "| North · Earlier edition | 500.0 | 700.0 |" in text
    assert "| North · This edition | 500.0 | 701.0 |" in text
    assert "Table 1 Output (Unit: hundred-million yuan)" in text


def test_the_edition_signed_last_is_the_one_compared_with(small: Workshop) -> None:
    from xietong.app import signing

    desk.build(small.study, small.path / "out")
    folder = desk.folder(small.study, small.path / "out")
    signing.signed(small.study, small.path / "out", "2019", "office", "2020-01-01", "read", lambda _: None)
    signed = current_edition(folder)
    with Edition.open(signed) as edition, earlier(small.study, folder, edition.digest) as before:
        assert before == Earlier()  # the edition is the one that was signed: nothing came before it
    with earlier(small.study, folder, "another") as before:
        assert before.name == "2019"
        assert before.edition is not None
    for file in (folder / "archive").rglob("edition-*.duckdb"):
        file.unlink()
    with earlier(small.study, folder, "another") as before:
        assert (before.name, before.edition) == ("2019", None)
    with pytest.raises(EditionError), earlier(small.study, folder, "another", ROOT / "README.md"):
        pass


# --- pages of systems and outcomes of plans


def of(edition: Edition, name: str, *arguments: object, language: str = "en", **named: object) -> str:
    return plain(Desk(edition, language, {}, "").functions()[name](*arguments, **named))


def test_a_page_says_its_first_line_its_words_and_how_many_lines_it_has(jingjinji: Edition) -> None:
    page = jingjinji.finding("system.services").payload
    (worst,) = [one for one in page["sections"] if one["id"] == "worst"]
    first = worst["rows"][0]["cells"]
    assert of(jingjinji, "cell", "system.services", "worst", "county") == first[1][1]
    assert of(jingjinji, "value", "system.services", "worst", 1, "nearest", digits=1) == f"{first[4]:.1f}"
    assert of(jingjinji, "lines", "system.services", "worst") == str(len(worst["rows"]))
    assert first[0] == 1
    nearest = [row["cells"][4] for row in worst["rows"]]
    assert nearest == sorted(nearest, reverse=True)
    told = of(jingjinji, "says", "system.services", "beyond")
    assert told.startswith("A person has ")
    with pytest.raises(UnknownName, match="signed"):
        of(jingjinji, "lines", "system.actions", "ledger", state="forgotten")


def test_lines_with_a_state_add_up_to_all(jingjinji: Edition) -> None:
    states = ("to be issued", "signed", "issued", "in force")
    counted = [int(of(jingjinji, "lines", "system.actions", "ledger", state=one)) for one in states]
    assert sum(counted) == int(of(jingjinji, "lines", "system.actions", "ledger"))


def test_what_was_never_published_stands_once_with_the_way_to_bring_it_in(jingjinji: Edition) -> None:
    table = of(jingjinji, "missing", "system.culture", caption="Lacking")
    assert table.count("list of the 474 relics") == 1
    assert "xietong register contribute FILE" in table
    listed = of(jingjinji, "missing", "system.culture")
    assert listed.count("\n- ") + 1 == table.split("\n\n")[0].count("\n") - 1


def test_a_plan_tells_its_answer_how_sure_and_what_moves_it_most(jingjinji: Edition) -> None:
    payload = jingjinji.finding("plan.services.result").payload
    people = payload["objective"]
    assert of(jingjinji, "answer", "plan.services.result") == f"{people:.0f} people"
    told = of(jingjinji, "answer", "plan.services.result", unit="万人", digits=0, language="zh")
    assert told == f"{people / 10_000:.0f} 万人"
    assert "proven optimal" in of(jingjinji, "surety", "plan.services.result")
    assert "nothing is optimised" in of(jingjinji, "surety", "plan.income.result")
    widest = max(payload["ranges"], key=lambda one: abs(one["high"] - one["low"]))
    (label,) = [one["label"][1] for one in payload["levers"] if one["id"] == widest["lever"]]
    assert of(jingjinji, "swing", "plan.services.result") == f"{label} ({widest['low']:.0f} → {widest['high']:.0f})"
    assert label in of(jingjinji, "assumes", "plan.services.result")
    assert label in of(jingjinji, "plans", ["plan.services.result"], caption="Plans")


def test_every_reason_of_an_assumption_is_printed_whole(jingjinji: Edition) -> None:
    table = of(jingjinji, "assumptions", "plan.ports.result", caption="Assumed")
    for lever in jingjinji.finding("plan.ports.result").payload["levers"]:
        assert lever["reason"][1].strip() in table
    assert "…" not in table


def test_grades_and_vintages_count_what_the_edition_holds(jingjinji: Edition) -> None:
    rows = of(jingjinji, "grades", caption="Grades").splitlines()[2:]
    held = sum(int(row.split("|")[2]) for row in rows if row.startswith("|"))
    assert held == len(jingjinji.origins())
    lines = of(jingjinji, "vintages", caption="Vintages").splitlines()[2:]
    (count,) = jingjinji.connection.execute("select count(*) from observation").fetchone()
    assert sum(int(row.split("|")[2]) for row in lines if row.startswith("|")) == count
