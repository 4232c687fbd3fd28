"""The handbooks say what the program does: help texts, verbs, keys, kinds of figures, functions of chapters, links."""

from __future__ import annotations

import inspect
import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from xietong.cli import main
from xietong.diagnosis import claims, coverage, framework, indices, members, target_file, versions
from xietong.diagnosis.systems import kinds as system_kinds
from xietong.library import concepts, gazetteer, pack, periods, readings, tables
from xietong.library.origins import Flag, Grade
from xietong.library.registers import classes, kinds, links, merges, states
from xietong.plan_cli import _runner
from xietong.plans import chain_file, landing_inputs, pace, port_inputs
from xietong.plans import kinds as plan_kinds
from xietong.publish import (
    chapters,
    drawn_in_rows,
    drawn_over_time,
    drawn_relations,
    figure_form,
    figure_scene,
    figure_sources,
    figures,
    programme,
    report,
)  # fmt: skip
from xietong.recipes import steps, study

ROOT = Path(__file__).resolve().parent.parent
HANDBOOKS = ("docs/handbook.zh.md", "docs/handbook.en.md")
PAGES = ("README.md", "README.zh.md", "CONTRIBUTING.md", "docs/rules.md", "docs/changes.md", "docs/measures.md")
WIDTH = 110

TABLES, FINDINGS, CHAPTER = (
    "packs/jingjinji/tables",
    "studies/jingjinji/findings/1-economy.toml",
    "chapters/zh/2-links.md",
)
NATION = f"{TABLES}/national-gdp"
OTHER = """
[origins.nbs-other]
publisher = "国家统计局"
title = "另一份 | another"
edition = "2024-02-29"
locator = "第一节 | section one"
licence = "仅引用数值 | values only"
grade = "reprint"
access = "public"
benchmark = "census-2018"
flag = "preliminary"
"""
TWO = """
["gdp.two"]
label = "两种读法 | two readings"
measure = "growth.difference"
digits = 1
["gdp.two".inputs.later]
concept = "technology.contracts.turnover"
place = "110000"
period = "2020"
reading = "latest"
["gdp.two".inputs.earlier]
concept = "technology.contracts.turnover"
place = "110000"
period = "2019"
reading = "technology_decade"
"""
# what a message says, the edits that provoke it (file, old text, new text; no old text: append), and the command
MESSAGES = [
    ("is not a plain number", [(f"{NATION}.csv", "1260582", '"1,260,582"')], "check packs/jingjinji"),
    ("also stands at", [(f"{NATION}.csv", "", "100000,2023,1260583,,,,nbs-2023\n")], "check packs/jingjinji"),
    ("no place '100001'", [(f"{NATION}.csv", "100000,", "100001,")], "check packs/jingjinji"),
    ("no measure 'shares.sum'", [(FINDINGS, '"shares.total"', '"shares.sum"')], "check"),
    ("cannot be converted", [(f"{NATION}.toml", 'unit = "亿元"', 'unit = "万人"')], "check packs/jingjinji"),
    ("one formula would mix", [(FINDINGS, 'refused = "2024 年为', 'note = "2024 年为')], "build"),
    ("sentence: needs", [(FINDINGS, 'refused = "2024 年为', 'note = "2024 年为')], "build"),
    ("expects a refusal", [(FINDINGS, '["gdp.cagr"]\n', '["gdp.cagr"]\nrefused = "不给 | none"\n')], "build"),
    ("no value of", [(FINDINGS, 'periods = "2013..2023"', 'periods = "2012..2023"')], "build"),
    (
        "two values of equal standing",
        [(f"{NATION}.toml", "", OTHER), (f"{NATION}.csv", "", "100000,2023,1260600,,,,nbs-other\n")],
        "build",
    ),
    ("two readings of", [(FINDINGS, "", TWO)], "build"),
    ("disagree on axis", [(FINDINGS, ', relabel = { period = "2020..2024" }', "")], "build"),
    (
        "has no axis 'place'",
        [(FINDINGS, 'amounts = { finding = "gdp.member" }', 'amounts = { finding = "gdp.member", place = "110000" }')],
        "build",
    ),
    ("is typed into the text", [(f"studies/jingjinji/{CHAPTER}", "", "\n总量为 104442.1 亿元。\n")], "check"),
    (
        "the reference leaves",
        [(f"studies/jingjinji/{CHAPTER}", "", '\n{{ number("gdp.member", period="2022") }}\n')],
        "report --language zh --format html",
    ),
    (
        "no solution",
        [
            (
                "studies/jingjinji/plans.toml",
                "value = 0.45\nlow = 0.43\nhigh = 0.47",
                "value = 0.9\nlow = 0.43\nhigh = 0.95",
            )
        ],
        "build",
    ),
    ("nothing is built", [], "explain gdp.region"),
]

GROUPS = {name: command.commands for name, command in main.commands.items() if isinstance(command, click.Group)}
VERBS = ["xietong", *main.commands, *(f"{name} {verb}" for name, verbs in GROUPS.items() for verb in verbs)]

both = pytest.mark.parametrize("page", HANDBOOKS)


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def prose(page: str) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", read(page), flags=re.DOTALL | re.MULTILINE)


def help_of(verb: str) -> str:
    arguments = [] if verb == "xietong" else verb.split()
    done = CliRunner().invoke(main, [*arguments, "--help"], prog_name="xietong", terminal_width=WIDTH)
    assert done.exit_code == 0, done.output
    return done.output.rstrip()


def undocumented(page: str, names) -> list[str]:
    """Return the names that stand nowhere in the page as code."""
    text = prose(page)
    return [name for name in names if f"`{name}`" not in text]


def desk() -> report.Desk:
    return report.Desk(None, "zh", {})


def keys_asked_for(module) -> set[str]:
    """Return every key of a mapping that a module asks for by name."""
    text = inspect.getsource(module)
    asked = re.findall(r"""(?:data|part|spec)(?:\.get\(|\[)"(\w+)\"""", text)
    return {*asked, *re.findall(r"""\.text\(["'](\w+)["']""", text)}


@both
@pytest.mark.parametrize("verb", VERBS)
def test_the_help_is_the_help(page: str, verb: str) -> None:
    found = re.findall(rf"<!-- help: {verb} -->\n```\n(.*?)\n```", read(page), flags=re.DOTALL)
    assert found == [help_of(verb)], f"put the output of 'xietong {verb} --help' at {WIDTH} columns into {page}"


@both
def test_no_help_of_a_verb_that_is_gone(page: str) -> None:
    assert set(re.findall(r"<!-- help: ([\w ]+) -->", read(page))) == set(VERBS)


@both
def test_every_option_is_explained(page: str) -> None:
    options = {
        option
        for command in (
            *main.commands.values(),
            *(one for verbs in GROUPS.values() for one in verbs.values()),
            _runner("any"),
        )
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
    rooms = (figures, figure_form, figure_scene, figure_sources, drawn_in_rows, drawn_over_time, drawn_relations)
    asked = {key for one in rooms for key in keys_asked_for(one)}
    assert {"kind", "caption", "alt", "parts", "section", "concept", "middle"} <= asked
    assert undocumented(page, sorted({*asked, "from", "to", "from_name", "to_name"})) == []


@both
def test_every_function_of_a_chapter_with_its_arguments(page: str) -> None:
    functions = desk().functions()
    assert set(chapters._FUNCTIONS) <= set(functions)
    table = re.split(r"^\| (?:函数|function) \|.*$", read(page), flags=re.MULTILINE)[1].partition("\n\n")[0]
    rows = {line.split("`")[1]: line for line in table.splitlines() if line.startswith("| `")}
    assert set(rows) == set(functions)
    for name, function in functions.items():
        for argument, parameter in inspect.signature(function).parameters.items():
            if parameter.kind is not parameter.VAR_KEYWORD:
                assert f"`{argument}`" in rows[name], f"{page}: {name} has '{argument}'"


@both
def test_every_file_and_key_of_a_pack(page: str) -> None:
    keys = (
        *tables.RESERVED, *tables.ORIGIN_REQUIRED, *tables.ORIGIN_OPTIONAL, *pack._CONCEPT_REQUIRED,
        *pack._CONCEPT_OPTIONAL, *gazetteer._PLACE, "id", "title", "description", "benchmarks", "order", "names", "label",
        "short", "members", "reason", "note", "concept", "unit",
    )  # fmt: skip
    assert undocumented(page, keys) == []
    for name in ("pack.toml", "places.csv", "perimeters.toml", "concepts.toml", "[columns.", "[origins."):
        assert name in read(page)


@both
def test_every_key_and_column_of_a_register(page: str) -> None:
    keys = (*classes.CLASS_REQUIRED, *classes.CLASS_OPTIONAL, *classes.TOTAL_REQUIRED, *classes.TOTAL_OPTIONAL)
    columns = (*classes.RESERVED, *states.COLUMNS, *links.COLUMNS, *merges.COLUMNS, *classes.DATUMS[1:], *kinds.KINDS)
    tables = {"attributes": "[attributes.NAME]", "origins": "[origins.NAME]", "relations": "[relations.NAME]"}
    tables |= {"states": "[states]", "totals": "[[totals]]", "not_published": "[[not_published]]"}
    assert (
        undocumented(page, [*(tables.get(key, key) for key in keys), *columns, *classes.ATTRIBUTE_OPTIONAL[1:2]]) == []
    )


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
    assert undocumented(page, sorted(keys)) == []
    assert undocumented(page, readings.RULES) == []


@both
def test_every_key_of_claims_framework_coverage_targets_and_plans(page: str) -> None:
    keys = {*claims._REQUIRED, *claims._OPTIONAL, *claims._MOVES, "equals", "trend", "from", "to"}
    keys |= {*framework._INDICATOR, "evidence", "missing", "core", "version"}
    keys |= {*framework._MORE, *members._MEMBERS, *members._SHOWN, *members._ROLE, *versions._VERSION, "as", "points"}
    keys |= {*coverage._REQUIRED, *coverage._OPTIONAL, *coverage._ELEMENT, *coverage._STATES, *coverage.DOES}
    keys |= {
        *target_file._REQUIRED,
        *target_file._OPTIONAL,
        *target_file._SOURCE_REQUIRED,
        *target_file._SOURCE_OPTIONAL,
    }
    keys |= {*target_file._BASE, *target_file.NATURES, *target_file.OPERATORS, *programme.PARTS}
    keys |= {*pace._REQUIRED, *pace._ASSUMPTIONS, "label", "value", "low", "high", "reason"}
    assert undocumented(page, sorted(keys)) == []


@both
def test_every_kind_of_system_and_plan_with_its_choices_and_levers(page: str) -> None:
    for name, kind in {**system_kinds.KINDS, **plan_kinds.KINDS}.items():
        levers = getattr(kind, "levers", ())
        assert undocumented(page, [name, *kind.required, *kind.optional, *levers]) == [], name


@both
def test_every_key_of_the_files_of_plans(page: str) -> None:
    keys = {*port_inputs.HARBOUR, *port_inputs.PORT, *landing_inputs.COLUMNS}
    assert undocumented(page, sorted({*keys, *chain_file.NODES, *chain_file.LINKS, *chain_file.KINDS})) == []


@both
def test_every_key_of_indices(page: str) -> None:
    keys = {*indices._CHOICES, *indices._INDEX, *indices._INDEX_MORE, *indices._INDICATOR, *indices._POSTS}
    keys |= {*indices._ALTERNATIVE, *indices._ALTERNATIVE_MORE, *indices._PART, *indices.FACETS, *indices.DIRECTIONS}
    keys |= {*(word for words in indices._WORDS.values() for word in words), "alternatives", "kept", "clipped", "value"}
    assert undocumented(page, sorted(keys)) == []


def messages(page: str) -> str:
    """Return the fenced blocks of the chapter on messages, without the numbers of lines."""
    chapter = re.split(r"^## (?:报错与出路|Messages and ways out)$", read(page), flags=re.MULTILINE)[1]
    return unnumbered(
        "\n".join(re.findall(r"^```\n(.*?)^```", chapter.partition("\n## ")[0], re.DOTALL | re.MULTILINE))
    )


def unnumbered(text: str) -> str:
    return re.sub(r"(\.(?:csv|toml|md)):\d+", r"\1", text)


def entries(text: str) -> list[str]:
    """Return every message with its reason and ways out."""
    return re.findall(r"^\S.*(?:\n  .*)*", text, flags=re.MULTILINE)


def test_both_handbooks_show_the_same_messages() -> None:
    assert messages(HANDBOOKS[0]) == messages(HANDBOOKS[1])


@pytest.mark.parametrize(("says", "edits", "command"), MESSAGES, ids=[says for says, *_ in MESSAGES])
def test_the_messages_are_real(says: str, edits, command: str, copied: Path) -> None:
    for name, old, new in edits:
        text = (copied / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no '{old}' any more"
        changed = text.replace(old, new, 1) if old else text + new
        (copied / name).write_text(changed, encoding="utf-8")
    if says == "nothing is built":
        shutil.rmtree(copied / "build")
    done = CliRunner().invoke(main, command.split())
    assert done.exit_code == 1, done.output
    shown = [one for one in entries(messages(HANDBOOKS[1])) if says in one]
    assert shown
    assert set(shown) <= set(entries(unnumbered(done.output)))


def test_every_message_of_the_handbook_is_provoked() -> None:
    shown = entries(messages(HANDBOOKS[1]))
    assert [one for one in shown if not any(says in one for says, *_ in MESSAGES)] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_what_the_readme_shows_is_so(page: str) -> None:
    done = CliRunner().invoke(main, ["check", str(ROOT / "packs" / "jingjinji")])
    assert f"$ xietong check packs/jingjinji\n{done.output.splitlines()[-1]}\n" in read(page)
    lines = re.findall(r"^ +\S+ \d{4}: ([0-9.]+) .* (packs/\S+):(\d+)$", read(page), flags=re.MULTILINE)
    assert lines
    for value, file, number in lines:
        assert f",{value}," in read(file).splitlines()[int(number) - 1]


def test_both_handbooks_have_the_same_parts() -> None:
    chinese, english = (re.findall(r"^(?:#+ |```|\|)", read(page), flags=re.MULTILINE) for page in HANDBOOKS)
    assert chinese == english


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_two_commands_stand_in_the_readme(page: str) -> None:
    for command in ("make report", "make test", "ALLOW_MISSING=1"):
        assert command in read(page)
    targets = re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE)
    for target in re.findall(r"`make ([a-z]+)", read(page)):
        assert target in targets


@pytest.mark.parametrize("page", [*PAGES, *HANDBOOKS])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
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
