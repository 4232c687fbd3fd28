"""Jobs and builds: order, circles, what is stale and why, what is blocked, and editions that never change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import ROOMS, Workshop, quiet
from hypothesis import given
from hypothesis import strategies as st

from xietong.app import desk
from xietong.errors import EditionError, MissingCell, Problems, UnknownName
from xietong.library.store import Edition, current_edition
from xietong.recipes.build import BuildFailed, Built, build
from xietong.recipes.jobs import Job, ordered

OUTPUT = "pack/tables/output.csv"


def job(name: str, *needs: str) -> Job:
    return Job(name, f"study:{name}", needs, lambda _: {}, lambda *_: pytest.fail("a job was run"))


def ids(jobs: list[Job]) -> list[str]:
    return [one.id for one in jobs]


def test_jobs_stand_after_what_they_need_else_as_given() -> None:
    assert ids(ordered([job("c", "b"), job("x"), job("b", "a"), job("a")])) == ["a", "b", "c", "x"]


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=3)), unique_by=lambda one: one[0]))
def test_any_acyclic_study_is_put_in_order(told: list[tuple[int, list[int]]]) -> None:
    names = {name for name, _ in told}
    jobs = [job(str(name), *(str(need) for need in needs if need < name and need in names)) for name, needs in told]
    order = ids(ordered(jobs))
    assert sorted(order) == sorted(ids(jobs))
    assert all(order.index(need) < order.index(one.id) for one in jobs for need in one.needs)


def test_a_circle_names_its_members_and_not_those_that_wait_for_it() -> None:
    with pytest.raises(Problems) as caught:
        ordered([job("free"), job("after", "b"), job("a", "b"), job("b", "a", "free")])
    (error,) = caught.value.errors
    assert error.what == "these findings need each other: a, b"
    assert error.where == "study:a"


def test_a_job_that_needs_itself_is_a_circle() -> None:
    with pytest.raises(Problems, match="need each other: a"):
        ordered([job("a", "a")])


def test_duplicates_and_unknown_needs_come_together() -> None:
    with pytest.raises(Problems) as caught:
        ordered([job("gdp.a"), job("gdp.a"), job("b", "gdp.b")])
    twice, unknown = caught.value.errors
    assert "'gdp.a' is also made at study:gdp.a" in twice.what
    assert isinstance(unknown, UnknownName)
    assert "closest: gdp.a" in unknown.text()


def reasons(built: Built) -> dict[str, tuple[str, ...]]:
    return {one.id: one.reasons for one in built.stale}


def bodies(edition: Edition) -> dict[str, str]:
    return {name: edition.finding(name).to_json() for name in edition.ids}


def test_the_same_inputs_give_the_same_edition_and_nothing_is_stale(small: Workshop) -> None:
    first = small.build()
    assert len(first.stale) == first.count
    assert set(reasons(first).values()) == {("it is not in the current edition",)}
    second = small.build()
    assert (second.digest, second.path, second.stale) == (first.digest, first.path, ())


def test_a_build_from_nothing_gives_the_same_findings(small: Workshop) -> None:
    first = small.build()
    with Edition.open(first.path) as edition:
        before = bodies(edition)
    first.path.unlink()
    (small.path / "out/current").unlink()
    second = small.build()
    with Edition.open(second.path) as edition:
        assert bodies(edition) == before
    assert second.digest == first.digest


DEPENDENTS = {
    "people.member", "out.per_head", "gap.variation", "claim.gap", "framework.scorecard",
}  # fmt: skip


def test_one_value_makes_exactly_its_dependents_stale_with_reasons(small: Workshop) -> None:
    first = small.build()
    small.edit("pack/tables/people.csv", "110,2019,210,63000", "110,2019,211,63000")
    foreseen = small.build(dry=True)
    assert current_edition(small.path / "out") == first.path
    second = small.build()
    told = reasons(second)
    assert told == reasons(foreseen)
    assert (second.digest, set(told)) == (foreseen.digest, DEPENDENTS)
    assert told["people.member"] == ("cells of people.resident (values) changed",)
    assert told["out.per_head"] == ("it needs people.member, which is stale",)
    assert second.digest != first.digest


def test_a_value_that_no_reading_takes_makes_nothing_stale(small: Workshop) -> None:
    first = small.build()
    small.edit(OUTPUT, "120,2019,790,,early", "120,2019,791,,early")
    second = small.build()
    assert second.stale == ()
    assert second.digest != first.digest


def test_a_choice_makes_its_own_findings_stale(small: Workshop) -> None:
    small.build()
    small.edit("study/findings/numbers.toml", 'label = "增量 | Rise"', 'label = "增量 | Increase"')
    told = reasons(small.build())
    assert told["out.rise"] == ("the step at small/study/findings/numbers.toml changed",)
    assert set(told) == {"out.rise", "claim.rise"}


def test_an_assumption_makes_the_plan_and_what_scores_it_stale(small: Workshop) -> None:
    small.build()
    small.edit("study/plans.toml", "value = 0.55", "value = 0.552")
    assert set(reasons(small.build())) == {"plan.catch.levels", "plan.catch.result", "plan.catch.relative"}


def test_a_finding_that_left_the_study_is_told(small: Workshop) -> None:
    small.build()
    text = small.read("study/claims.toml")
    small.write("study/claims.toml", text[: text.index('["claim.gap"]')])
    assert reasons(small.build()) == {"claim.gap": ("it is no longer in the study",)}


def test_a_deleted_row_names_the_cell_and_what_is_blocked_and_keeps_the_edition(small: Workshop) -> None:
    first = small.build()
    small.edit(OUTPUT, "120,2019,800,,new-book,,\n", "")
    small.edit(OUTPUT, "120,2019,790,,early,,preliminary\n", "")
    with pytest.raises(BuildFailed) as caught:
        small.build()
    missing, blocked = caught.value.errors
    assert isinstance(missing, MissingCell)
    assert "output.nominal 西 2019 under reading 'settled'" in missing.what
    assert missing.where == small.line("study/findings/numbers.toml", '["out.member"]')
    needing = {"out.region", "out.rise", "out.revision", "out.jump", "out.share", "out.per_head", "gap.variation",
               "claim.rise", "claim.start", "claim.gap", "framework.scorecard"}  # fmt: skip
    assert set(caught.value.failed) == needing | {"out.member"}
    assert all(name in blocked.what for name in needing)
    assert "out.region (needs out.member)" in blocked.what
    assert current_edition(small.path / "out") == first.path


def test_every_failure_of_a_build_comes_at_once(small: Workshop) -> None:
    small.edit(OUTPUT, "100,2019,30000,,new-book,,\n", "")
    small.edit("pack/tables/deals.csv", "110,pair,2019,90.5,,sellers\n", "")
    assert sum(isinstance(error, MissingCell) for error in small.build_errors()) == 2


def test_an_edition_can_only_be_read(small: Workshop) -> None:
    with small.edition() as edition, pytest.raises(duckdb.Error, match="read-only"):
        edition.connection.execute("delete from finding")


def test_the_current_edition_is_swapped_and_the_old_one_stays_readable(small: Workshop) -> None:
    first = small.build()
    with Edition.open(first.path) as old:
        before = bodies(old)
        small.edit("pack/tables/people.csv", "110,2019,210,", "110,2019,211,")
        second = small.build()
        assert second.path != first.path
        assert current_edition(small.path / "out") == second.path
        assert bodies(old) == before
    with Edition.open(first.path) as old:
        assert bodies(old) == before
        assert old.digest == first.digest


def test_going_back_gives_the_first_edition_again(small: Workshop) -> None:
    first = small.build()
    small.edit("pack/tables/people.csv", "110,2019,210,", "110,2019,211,")
    small.build()
    small.edit("pack/tables/people.csv", "110,2019,211,", "110,2019,210,")
    assert small.build().path == first.path
    assert current_edition(small.path / "out") == first.path
    assert {file.name for file in (small.path / "out").iterdir()} >= {first.path.name, "current"}
    assert not [file for file in (small.path / "out").iterdir() if file.is_dir() or file.suffix == ".new"]


def test_an_edition_holds_what_is_needed_to_read_it_alone(small: Workshop) -> None:
    with small.edition() as edition:
        assert edition.study()["about"]["title"] == "虚构报告 | A made-up report"
        assert edition.names("en")["three"] == "The three"
        assert edition.concepts("en")["output.nominal"] == "Output"
        assert [line.published for line in edition.lines("deals.flow")] == ["90.5", "60", "30.1"]
        assert {origin.id for origin in edition.origins()} >= {"output:press", "people:count"}


@pytest.mark.parametrize("content", [b"", b"no database at all", b"\0" * 5000])
def test_a_corrupt_edition_is_told_and_the_next_build_replaces_it(small: Workshop, content: bytes) -> None:
    built = small.build()
    built.path.write_bytes(content)
    with pytest.raises(EditionError, match="no edition of xietong|format None") as caught:
        Edition.open(built.path)
    assert caught.value.ways == ("run 'xietong build' again",)
    again = small.build()
    assert (again.digest, len(again.stale)) == (built.digest, built.count)
    with Edition.open(again.path) as edition:
        assert edition.digest == built.digest


def test_an_edition_of_another_format_is_told(small: Workshop) -> None:
    built = small.build()
    with duckdb.connect(str(built.path)) as connection:
        connection.execute("update about set value = '0' where key = 'format'")
    with pytest.raises(EditionError, match="format 0 instead of"):
        Edition.open(built.path)


def test_where_nothing_is_built_the_way_out_is_named(small: Workshop) -> None:
    with pytest.raises(EditionError, match="nothing is built"):
        current_edition(small.path / "out")


def test_an_edition_without_a_finding_offers_the_nearest(small: Workshop) -> None:
    with small.edition() as edition, pytest.raises(UnknownName, match=r"closest: out\.region"):
        edition.finding("out.regio")


def lose_a_cell(small: Workshop) -> None:
    small.edit(OUTPUT, "120,2019,800,,new-book,,\n", "")
    small.edit(OUTPUT, "120,2019,790,,early,,preliminary\n", "")


def test_the_desk_names_the_sentences_that_need_a_missing_cell(small: Workshop) -> None:
    lose_a_cell(small)
    with pytest.raises(Problems) as caught:
        desk.build(small.study, small.path / "desk")
    told = str(caught.value)
    assert "output.nominal 西 2019" in told
    for language in ("zh", "en"):
        assert re.search(rf"study/chapters/{language}/1-size\.md:3: sentence: needs out\.region", told)


def test_a_missing_cell_is_told_although_the_study_has_no_chapters(small: Workshop) -> None:
    shutil.rmtree(small.path / "study/chapters")
    lose_a_cell(small)
    with pytest.raises(Problems, match="output.nominal 西 2019"):
        desk.build(small.study, small.path / "desk")


def test_the_working_directory_makes_no_difference(
    small: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = set()
    for number, folder in enumerate((small.path, small.study, small.study / "findings", Path("/"))):
        monkeypatch.chdir(folder)
        digests.add(build(small.study, tmp_path / f"edition{number}", ROOMS, quiet).digest)
    assert len(digests) == 1
