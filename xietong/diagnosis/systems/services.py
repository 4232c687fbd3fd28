"""Public services: what is announced beside what is used, totals that differ, and access by place."""

from __future__ import annotations

from collections import Counter

from xietong.diagnosis.systems import access_page, assumptions, published, service_access
from xietong.diagnosis.systems.access_page import access_sections
from xietong.diagnosis.systems.assumptions import assumption_problems
from xietong.diagnosis.systems.published import CONFLICTS, ITEMS, LINES, STATES, TOTALS, place_label
from xietong.diagnosis.systems.scope import Kind, Scope
from xietong.diagnosis.systems.service_access import ASSUMPTIONS, MEASURES, Setting, province_of
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library import boundaries
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Cell, Column, Page, Row, Section
from xietong.library.registers.register import Register
from xietong.recipes import geography

_DATUM = "WGS-84"
"""The datum of the boundary data, in which supply has to stand too."""


def services(scope: Scope) -> Page:
    """Return the page of public services."""
    registers = [scope.pack.registers[str(name)] for name in scope.spec["registers"]]
    sections = (
        _inventory(scope, registers),
        _announced(scope, registers),
        _conflicts(scope, registers),
        _states(scope),
        _named(scope),
        _figures(scope),
        *access_sections(Setting.of(scope)),
    )
    text = Label(
        "有哪些公共服务，公布的与在用的各有多少，各区县到得了哪里",
        "Which services there are, how much is announced and how much in use, and what every county can reach",
    )
    return Page(scope.name, Label.parse(str(scope.spec["label"])), text, sections)


def _inventory(scope: Scope, registers: list[Register]) -> Section:
    """Return how many items each class has, by province and with a point."""
    groups = scope.pack.gazetteer.members(str(scope.spec["area"]), scope.name)
    columns = (
        Column("register", Label("登记册", "Register")),
        Column("items", Label("条目", "Items")),
        *(Column(one, place_label(scope, [one])) for one in groups),
        Column("several", Label("跨省或不详", "Several or not known")),
        Column("points", Label("有坐标", "With a point")),
    )
    rows = []
    for register in registers:
        counts: Counter[str] = Counter()
        for item in register.values():
            homes = {province_of(scope.pack.gazetteer, code, groups) for code in item.places}
            counts[homes.pop() if len(homes) == 1 else ""] += 1
        points = register.kind.of_kind("longitude")
        placed = sum(bool(item[points[0].id]) for item in register.values()) if points else 0
        cells: tuple[Cell, ...] = (
            register.kind.label,
            len(register),
            *(counts[one] for one in groups),
            counts[""],
            placed,
        )
        rows.append(Row(cells, published.publications(register)))
    text = Label("登记册里逐条有名的，不是全部设施", "What the registers list by name, which is not every facility")
    return published.section("inventory", Label("登记了什么", "What is registered"), columns, tuple(rows), text)


def _announced(scope: Scope, registers: list[Register]) -> Section:
    """Return published totals beside the items that can be named, and how far those have come."""
    rows = published.totals(scope, registers)
    note = Label(
        "公布的合计不等于在用：多数只说签约或挂牌，运行与使用量未见公布",
        "A published total is not use: most count signatures or plaques; operation and use were not found published",
    )
    missing = published.not_published(registers)
    return Section("totals", Label("公布的合计", "Published totals"), (), TOTALS, rows, (note,), missing)


def _conflicts(scope: Scope, registers: list[Register]) -> Section:
    text = Label("同一项有不止一个公布数，都留着", "Things of which more than one count is published; all are kept")
    rows = published.conflicts(scope, registers)
    return published.section("conflicts", Label("公布数不一", "Counts that differ"), CONFLICTS, rows, text)


def _states(scope: Scope) -> Section:
    """Return how many of the items that can be named are announced, in use, or without evidence."""
    used = {str(name): tuple(words) for name, words in scope.spec["in_use"].items()}
    text = Label(f"状态截至 {scope.day}，各有依据", f"States as of {scope.day}, each with evidence")
    title = Label("已公布的与在用的", "Announced and in use")
    return published.section("states", title, STATES, published.states(scope, used), text)


def _named(scope: Scope) -> Section:
    registers = [scope.pack.registers[str(name)] for name in scope.spec["in_use"]]
    rows = published.items(scope, registers, ("partner", "supporter", "members", "scope"))
    return published.section("named", Label("有名可列的", "What can be named"), ITEMS, rows)


def _figures(scope: Scope) -> Section:
    rows = published.lines(scope, [str(one) for one in scope.spec["concepts"]])
    notes = (
        Label(
            "养老系数为智库测算，基准年未注明，是点数不是百分比；北京床位有两个时点，都留着",
            "Coefficients of care are computed by a think tank, for a year that is not stated, in points and not in "
            "per cent; two moments of the beds of homes are both kept",
        ),
    )
    title = Label("床位、医师与养老", "Beds, physicians and care for the elderly")
    return Section("figures", title, (), LINES, rows, notes)


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the classes, states, points, concepts and assumptions that the choices name."""
    spec, who = document.table(*path), f"system {path[-1]}"
    errors: list[XietongError] = []
    for key, names in (("registers", spec["registers"]), ("in_use", spec["in_use"])):
        unknown = [str(one) for one in names if one not in pack.registers]
        where = document.where(*path, key)
        errors += [UnknownName(who, "class of register", one, pack.registers, where=where) for one in unknown]
    for name, words in spec["in_use"].items():
        known = pack.registers[name].kind.states if name in pack.registers else words
        where = document.where(*path, "in_use")
        errors += [
            UnknownName(f"{who}, {name}", "state", str(one), known, where=where) for one in words if one not in known
        ]
    kind = pack.registers[spec["supply"]].kind
    if kind.datum != _DATUM or not (kind.of_kind("longitude") and kind.of_kind("latitude")):
        what = f"'{kind.id}' has no points in {_DATUM}, but {kind.datum or 'no datum'}"
        errors.append(
            PackError(who, what, where=document.where(*path, "supply"), ways=("name a class with such points",))
        )
    where = document.where(*path, "supply_where")
    strange = [one for one in spec["supply_where"] if one not in kind.attributes]
    errors += [UnknownName(who, "attribute", one, kind.attributes, where=where) for one in strange]
    where = document.where(*path, "concepts")
    strange = [str(one) for one in spec["concepts"] if one not in pack.concepts]
    errors += [UnknownName(who, "concept", one, pack.concepts, where=where) for one in strange]
    if spec["area"] not in pack.gazetteer.perimeters:
        known = pack.gazetteer.perimeters
        errors.append(UnknownName(who, "perimeter", str(spec["area"]), known, where=document.where(*path, "area")))
    return errors + assumption_problems(document, path, ASSUMPTIONS)


SERVICES = Kind(
    services,
    required=(
        "area", "registers", "in_use", "concepts", "people", "zones", "supply", "supply_where", "worst", "assumptions",
    ),
    registers=("supply",),
    findings=("people", "zones"),
    shapes={
        "lists": ("registers", "concepts"), "tables": ("in_use", "supply_where", "assumptions"), "counts": ("worst",),
    },
    problems=_problems,
    modules=(access_page, assumptions, published, service_access, geography, boundaries),
    measures=MEASURES,
)  # fmt: skip
