"""The handbooks say what the program does: help texts, verbs, keys, kinds of figures, functions of chapters, links."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from xietong.cli import main
from xietong.diagnosis import claims, framework
from xietong.library import concepts, pack, periods, readings, tables
from xietong.library.origins import Flag, Grade
from xietong.plans import pace
from xietong.publish import chapters, figures, report
from xietong.recipes import steps, study

ROOT = Path(__file__).resolve().parent.parent
HANDBOOKS = ("docs/handbook.zh.md", "docs/handbook.en.md")
PAGES = ("README.md", "README.zh.md", "CONTRIBUTING.md", "docs/rules.md", "docs/changes.md", "docs/measures.md")
WIDTH = 110

both = pytest.mark.parametrize("page", HANDBOOKS)


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def help_of(verb: str) -> str:
    arguments = [] if verb == "xietong" else [verb]
    done = CliRunner().invoke(main, [*arguments, "--help"], prog_name="xietong", terminal_width=WIDTH)
    assert done.exit_code == 0, done.output
    return done.output.rstrip()


def undocumented(page: str, names) -> list[str]:
    """Return the names that stand nowhere in the page as code."""
    prose = re.sub(r"^```.*?^```", "", read(page), flags=re.DOTALL | re.MULTILINE)
    return [name for name in names if not re.search(rf"`{re.escape(name)}`", prose)]


def desk() -> report.Desk:
    return report.Desk(None, "zh", {}, "")


def keys_asked_for(module) -> set[str]:
    """Return every key of a mapping that a module asks for by name."""
    text = inspect.getsource(module)
    asked = re.findall(r"""(?:data|part)(?:\.get\(|\[)"(\w+)\"""", text)
    return {*asked, *re.findall(r"""spec\.text\("(\w+)\"""", text)}


@both
@pytest.mark.parametrize("verb", ["xietong", *main.commands])
def test_the_help_is_the_help(page: str, verb: str) -> None:
    found = re.findall(rf"<!-- help: {verb} -->\n```\n(.*?)\n```", read(page), flags=re.DOTALL)
    assert found == [help_of(verb)], f"put the output of 'xietong {verb} --help' at {WIDTH} columns into {page}"


@both
def test_no_help_of_a_verb_that_is_gone(page: str) -> None:
    assert set(re.findall(r"<!-- help: (\w+) -->", read(page))) == {"xietong", *main.commands}


@both
def test_every_option_is_explained(page: str) -> None:
    options = {
        option
        for command in main.commands.values()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }
    assert undocumented(page, sorted(options)) == []


@both
def test_every_kind_of_figure(page: str) -> None:
    assert undocumented(page, figures.KINDS) == []


@both
def test_every_key_of_a_figure(page: str) -> None:
    assert {"kind", "caption", "alt", "parts"} <= (asked := keys_asked_for(figures) | keys_asked_for(report))
    assert undocumented(page, sorted(asked - {"from_name", "to_name"})) == []
    assert undocumented(page, ["from_name", "to_name", "from", "to"]) == []


@both
def test_every_function_of_a_chapter_with_its_arguments(page: str) -> None:
    functions = desk().functions()
    assert set(chapters._FUNCTIONS) <= set(functions)
    assert undocumented(page, functions) == []
    for name, function in functions.items():
        row = next(line for line in read(page).splitlines() if line.startswith(f"| `{name}` |"))
        for argument, parameter in inspect.signature(function).parameters.items():
            if parameter.kind is not parameter.VAR_KEYWORD:
                assert f"`{argument}`" in row, f"{page}: {name} has '{argument}'"


@both
def test_every_file_and_key_of_a_pack(page: str) -> None:
    keys = (
        *tables.RESERVED, *tables._ORIGIN_REQUIRED, *tables._ORIGIN_OPTIONAL, *pack._CONCEPT_REQUIRED,
        *pack._CONCEPT_OPTIONAL, *pack._PLACE, "id", "title", "description", "benchmarks", "order", "names", "label",
        "short", "members", "reason", "note", "concept", "unit", "[columns.",
    )  # fmt: skip
    assert undocumented(page, [key for key in keys if not key.startswith("[")]) == []
    for name in ("pack.toml", "places.csv", "perimeters.toml", "concepts.toml", "[columns.", "[origins."):
        assert name in read(page)


@both
def test_every_word_that_a_pack_may_use(page: str) -> None:
    flags = [flag.name.lower() for flag in Flag if flag not in (Flag.ABSENT, Flag.SCENARIO)]
    grades = [grade.name.lower() for grade in Grade if grade is not Grade.ASSUMED]
    assert undocumented(page, [*flags, *grades, *concepts.KINDS, *concepts.DIRECTIONS, "public", "internal"]) == []
    for period in ("2023", "2023-Q1", "2023-06", "2020-11-01", "2014/2020"):
        assert periods.span(period)
        assert f"`{period}`" in read(page)


@both
def test_every_key_of_a_study(page: str) -> None:
    told = re.findall(r'"(\w+)"', inspect.getsource(study.read_study).partition("pack = ")[0])
    keys = {*steps._REQUIRED, *steps._OPTIONAL, *steps._LEDGER, *steps._FINDING, *told}
    assert {"subtitle", "map_review_number", "rule", "day", "origins"} <= keys
    keys -= {"study", "utf", "toml", "benchmark_rank"}
    assert undocumented(page, sorted(keys)) == []
    assert undocumented(page, readings.RULES) == []


@both
def test_every_key_of_claims_framework_and_plans(page: str) -> None:
    keys = {*claims._REQUIRED, *claims._OPTIONAL, *claims._MOVES, "equals", "trend", "from", "to"}
    keys |= {*framework._INDICATOR, "evidence", "missing", "core", "version"}
    keys |= {*pace._REQUIRED, *pace._ASSUMPTIONS, "value", "low", "high", "reason"}
    assert undocumented(page, sorted(keys)) == []


def test_both_handbooks_have_the_same_parts() -> None:
    levels = [[line.partition(" ")[0] for line in read(page).splitlines() if line.startswith("#")] for page in HANDBOOKS]
    assert levels[0] == levels[1]
    assert [read(page).count("```") for page in HANDBOOKS][0] == read(HANDBOOKS[1]).count("```")


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_two_commands_stand_in_the_readme(page: str) -> None:
    for command in ("make report", "make test", "ALLOW_MISSING=1"):
        assert command in read(page)
    targets = re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE)
    for target in re.findall(r"`make ([a-z]+)", read(page)):
        assert target in targets


@pytest.mark.parametrize("page", [*PAGES, *HANDBOOKS])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", read(page), flags=re.DOTALL | re.MULTILINE)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), f"{page}: {target}"


def anchors(text: str) -> list[str]:
    """Return the ids that a page of Markdown gives its headings."""
    titles = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")]
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
