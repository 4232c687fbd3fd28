"""The command line: what each verb prints, its exit status, and errors without a trace."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from conftest import Workshop

from xietong import __version__
from xietong.cli import main

OUTPUT = "pack/tables/output.csv"
VERBS = ("build", "check", "decide", "explain", "report", "serve")


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def build(*more: str) -> Result:
    return run("build", "--study", "small/study", "--out", "out", *more)


def test_the_verbs_are_listed_and_each_explains_itself() -> None:
    assert {verb for verb in VERBS if re.search(rf"^  {verb}\b", run("--help").output, re.MULTILINE)} == set(VERBS)
    for verb in VERBS:
        told = run(verb, "--help")
        assert told.exit_code == 0
        assert "Usage:" in told.output
    assert run("--version").output.strip().endswith(__version__)


def test_an_unknown_verb_is_a_usage_error() -> None:
    assert run("bild").exit_code == 2


def test_check_counts_what_a_pack_holds(small: Workshop) -> None:
    told = run("check", "small/pack")
    assert (told.exit_code, told.output) == (
        0,
        "small: 3 tables, 31 observations, 8 origins, 0 suspicions (0 decided)\n",
    )


def test_check_reads_a_study_with_its_pack(small: Workshop) -> None:
    assert run("check", "small/study").exit_code == 0
    small.edit("study/findings/numbers.toml", 'measure = "shares.total"', 'measure = "shares.totl"')
    small.edit("study/claims.toml", 'kind = "trend"', 'kind = "trent"')
    told = run("check", "small/study")
    assert told.exit_code == 1
    assert small.line("study/findings/numbers.toml", 'measure = "shares.totl"') in told.stderr
    assert small.line("study/claims.toml", 'kind = "trent"') in told.stderr


def test_check_prints_every_problem_with_its_line_and_no_trace(small: Workshop) -> None:
    first = small.append(OUTPUT, "119,2019,1,,new-book,,\n110,2018,x,,new-book,,\n")
    told = run("check", "small/pack")
    assert told.exit_code == 1
    assert told.stdout == ""
    assert told.stderr.startswith("pack small/pack: 2 problems\n")
    assert f"small/{OUTPUT}:{first}: table: no place '119'" in told.stderr
    assert f"small/{OUTPUT}:{first + 1}: numbers: 'x' is not a plain number" in told.stderr
    assert "way out: closest: " in told.stderr
    assert "Traceback" not in told.stderr


def test_check_of_what_is_not_there(small: Workshop) -> None:
    told = run("check", "small/nowhere")
    assert told.exit_code == 1
    assert "no such folder" in told.stderr


def test_build_makes_then_reuses_then_says_what_is_stale(small: Workshop) -> None:
    assert "stale out.region: it is not in the current edition" in build("--dry-run").stdout
    first = build()
    assert first.exit_code == 0
    assert "23 of 23 findings made anew" in first.stdout
    digest = re.search(r"edition ([0-9a-f]{12}) out/study/edition-\1\.duckdb", first.stdout)
    assert digest
    again = build()
    assert "0 of 23 findings made anew" in again.stdout
    assert digest[1] in again.stdout
    small.edit("pack/tables/people.csv", "110,2019,210,", "110,2019,211,")
    dry = build("--dry-run")
    assert "stale people.member: cells of people.resident (values) changed" in dry.stdout
    assert "5 of 23 findings are stale" in dry.stdout
    assert "0 of 23" not in build().stdout


def test_the_package_runs_as_a_module() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "xietong", "build", "--help"], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("Usage: xietong build")


def test_progress_goes_to_the_error_stream(small: Workshop) -> None:
    told = build()
    assert "reading pack and study" in told.stderr
    assert "reading pack and study" not in told.stdout


def test_a_build_that_fails_says_which_cell_is_missing(small: Workshop) -> None:
    small.edit(OUTPUT, "100,2019,30000,,new-book,,\n", "")
    told = build()
    assert told.exit_code == 1
    assert "no value of output.nominal 全域 2019 under reading 'settled'" in told.stderr
    assert "out.share (needs out.whole)" in told.stderr


def test_explain_prints_the_tree_down_to_the_lines(small: Workshop) -> None:
    build()
    told = run("explain", "out.region", "period=2019", "--study", "small/study", "--out", "out", "--language", "en")
    lines = told.output.splitlines()
    assert lines[0].startswith("out.region 2019 = 3000.5 亿元 · Output of the region")
    assert lines[1].startswith("  out.member 2019")
    assert [line.rpartition(" · ")[2] for line in lines[3:]] == [
        small.line(OUTPUT, start) for start in ("110,2019,1500.5", "120,2019,800", "130,2019,700")
    ]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("out.regio",), 1, "closest: out.region"),
        (("out.region", "perod=2019"), 1, "no axis 'perod'"),
        (("out.region", "period=2018"), 1, "no period '2018'"),
        (("out.region", "2019"), 2, "'2019' is not of the form AXIS=LABEL"),
        (("out.region", "--language", "fr"), 2, "'fr' is not one of"),
        ((), 2, "Missing argument"),
    ],
)
def test_explain_of_what_is_not_there(small: Workshop, words: tuple[str, ...], status: int, says: str) -> None:
    build()
    told = run("explain", *words, "--study", "small/study", "--out", "out")
    assert told.exit_code == status
    assert says in told.stderr


@pytest.mark.parametrize("verb", ["explain"])
def test_nothing_is_explained_before_it_is_built(small: Workshop, verb: str) -> None:
    told = run(verb, "out.region", "--study", "small/study", "--out", "nowhere")
    assert told.exit_code == 1
    assert "nothing is built in nowhere/study" in told.stderr
    assert "run 'xietong build' first" in told.stderr


@pytest.mark.parametrize(
    "words", [("report", "--format", "odt"), ("report", "--language", "fr"), ("serve", "--port", "x")]
)
def test_wrong_options_are_usage_errors(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
