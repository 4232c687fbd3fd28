"""Relocation: out of one place is in elsewhere, in between, or closed, with the remainder that nobody explains.

Each account names its published terms; a term that was never published is told as such and leaves an interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xietong.diagnosis.systems import published
from xietong.diagnosis.systems.published import (
    IMPORT,
    ITEMS,
    LINES,
    NO_EVIDENCE,
    TOTALS,
    behind,
    cited,
    first,
)
from xietong.diagnosis.systems.scope import Kind, Scope
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import NOTHING, Cell, Column, Missing, Page, Row, Section, Source
from xietong.library.registers.items import Item
from xietong.library.tables import Observation
from xietong.library.units import conversion
from xietong.recipes.measuring import Given, measured

REMAINDER = "accounting.remainder"
NOT_PUBLISHED = Label("未公布", "not published")
UNKNOWN = Label("未知", "unknown")
_BALANCE, _BALANCE_MORE = ("label", "unit", "destinations"), ("outflow", "note")


@dataclass(frozen=True)
class Term:
    """One entry of an account in the unit of the account: its value and half of its last digit, nan if not known."""

    value: float
    half: float
    lines: tuple[Observation, ...]

    @property
    def shown(self) -> Cell:
        """Return the value, or that it was not published."""
        return self.value if self.lines else NOT_PUBLISHED


def relocation(scope: Scope) -> Page:
    """Return the page of relocation and of the platforms that receive it."""
    text = Label(
        "出北京的等于进津冀的、去别处的与关停的之和；公布的各项对得上多少，剩下多少无人说明",
        "What left equals what arrived, went elsewhere or closed; how far the published terms agree, and what is left",
    )
    sections = (
        _accounts(scope), _figures(scope), _states(scope), _ledger(scope),
        _totals(scope), _platforms(scope), _twice(scope),
    )  # fmt: skip
    return Page(scope.name, Label.parse(str(scope.spec["label"])), text, sections)


def _term(scope: Scope, name: str, unit: str) -> Term:
    """Return the single published value of a finding, in a unit."""
    series = scope.finding(name).series if name else None
    lines = behind(scope, name) if name else ()
    if series is None or len(lines) != 1:
        return Term(np.nan, np.nan, ())
    (line,) = lines
    factor = float(conversion(series.unit, unit, scope.name))
    stated = float(conversion(scope.pack.concepts[line.concept].unit, unit, scope.name))
    return Term(float(series.values) * factor, line.half_width * stated, lines)


def _accounts(scope: Scope) -> Section:
    """Return one line for each account: what left, where it went as far as published, and the remainder."""
    names = {name: Label.parse(str(text)) for name, text in scope.spec["destinations"].items()}
    columns = (
        Column("what", Label("账目", "Account")),
        Column("unit", Label("单位", "Unit")),
        Column("out", Label("流出", "Left")),
        *(Column(name, label) for name, label in names.items()),
        Column("least", Label("流出至少", "Left at least"), NOTHING, 1),
        Column("low", Label("余额至少", "Remainder at least"), NOTHING, 1),
        Column("high", Label("余额至多", "Remainder at most"), NOTHING, 1),
        Column("state", Label("判定", "Verdict")),
    )
    rows, notes = list[Row](), list[Label]()
    for spec in scope.spec["balances"].values():
        rows.append(_account(scope, spec, tuple(names)))
        if told := str(spec.get("note", "")):
            label, note = Label.parse(str(spec["label"])), Label.parse(told)
            notes.append(Label(f"{label.zh}：{note.zh}", f"{label.en}: {note.en}"))
    notes.append(
        Label(
            "未公布不是零：余额是区间，公布一项区间就收窄一次；“余”“超过”是下限，区间的上端随之只是下限",
            "Not published is not zero: the remainder is an interval that narrows with every term published; where the "
            "outflow is a floor, so is the upper end",
        )
    )
    text = Label(
        "流出 = 各去向之和 + 余额；没有一类单位的各项在同一期间、同一口径下全部公布",
        "Left = destinations + remainder; for no kind of unit were all terms published for one period and one scope",
    )
    missing = Missing(
        Label("各去向的个数：天津接收、三地以外、就地关停", "counts by destination: Tianjin, elsewhere, closed"),
        Label("公布的是各自的合计，口径不同", "totals are published by each on its own, in scopes that differ"),
        (IMPORT, published.CONTRIBUTE),
    )
    title = Label("出与进的账", "The account of out and in")
    return Section("accounts", title, (text,), columns, tuple(rows), tuple(notes), (missing,), (REMAINDER,))


def _account(scope: Scope, spec: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    unit, told = str(spec["unit"]), spec["destinations"]
    out = _term(scope, str(spec.get("outflow", "")), unit)
    terms = {name: _term(scope, str(told.get(name, "")), unit) for name in names}
    asked = [name for name in names if name in told]
    data = {
        "outflow": np.array(out.value),
        "outflow_rounding": np.array(out.half),
        "destinations": np.array([terms[name].value for name in asked]),
        "rounding": np.array([terms[name].half for name in asked]),
    }
    values = measured(REMAINDER, {name: Given(array, unit=unit) for name, array in data.items()}).values
    _, least, low, high = values.tolist()
    shown: list[Cell] = [terms[name].shown if name in told else Label("不适用", "not applicable") for name in names]
    ends: list[Cell] = [UNKNOWN if np.isnan(one) else one for one in (low, high)]
    known = all(terms[name].lines for name in asked)
    least = max(least, out.value - out.half) if out.lines else least
    cells = (Label.parse(str(spec["label"])), unit, out.shown, *shown, least, *ends, _verdict(low, high, known))
    lines = (*out.lines, *(line for name in asked for line in terms[name].lines))
    return Row(cells, cited(scope, lines))


def _verdict(low: float, high: float, known: bool) -> Label:
    """Return in words what the interval says."""
    if np.isnan(high):
        return Label("流出未公布，余额未知", "outflow not published, remainder unknown")
    if high < 0:
        return Label("进的多于出的：口径不同", "more arrived than left: two scopes")
    if known:
        closed = low <= 0 <= high
        return Label("在进位误差内轧平", "closes within rounding") if closed else Label("有余额", "a remainder is left")
    return Label("去向没有全公布，余额只有界", "destinations not all published, the remainder has bounds only")


def _figures(scope: Scope) -> Section:
    """Return every published line on relocation, and the cumulated totals that fall."""
    concepts = [str(one) for one in scope.spec["concepts"]]
    rows, falls = published.lines(scope, concepts), list(_falling(scope, concepts))
    notes = tuple(
        Label(
            f"累计数变小：{_told(a, '为')}，{_told(b, '为')}；累计不会减少，口径不同",
            f"A cumulated total falls: {_told(a, 'is')}, {_told(b, 'is')}; it cannot, so the scopes differ",
        )
        for a, b in falls
    )
    return Section("figures", Label("公布的数", "What was published"), (), LINES, rows, notes)


def _told(one: Observation, word: str) -> str:
    return f"{one.period} {word} {one.text} {one.unit_text}"


def _falling(scope: Scope, concepts: list[str]) -> Iterator[tuple[Observation, Observation]]:
    """Yield pairs of totals cumulated from one year on, of which the one that ends later is smaller."""
    told = [one for one in scope.pack.observations if one.concept in concepts and "/" in one.period]
    for one in told:
        for other in told:
            same = (one.concept, one.place, one.to) == (other.concept, other.place, other.to)
            (begun, _, ended), (start, _, end) = one.period.partition("/"), other.period.partition("/")
            if same and begun == start and ended < end and one.value > other.value:
                yield one, other


def _states(scope: Scope) -> Section:
    """Return by kind and batch how many were announced, are under way and have moved."""
    register = scope.register("register")
    states = register.kind.states
    columns = (
        Column("kind", Label("类别", "Kind")),
        Column("batch", Label("批次", "Batch")),
        Column("items", Label("有名的", "By name")),
        *(Column(name, label) for name, label in states.items()),
        Column("none", NO_EVIDENCE),
    )
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in register.values():
        groups.setdefault((first(item, "kind"), first(item, "batch")), []).append(item)
    rows = []
    for items in groups.values():
        found = [item.state(scope.day) for item in items]
        counts = [sum(one is not None and one.state == name for one in found) for name in states]
        told = dict.fromkeys(Source.of(register.kind.origins[one.origin], one.where) for one in found if one)
        listed = tuple(told) or tuple(Source.of(item.origin, item.leading.where) for item in items)
        head = (published.worded(items[0], "kind"), published.worded(items[0], "batch"))
        rows.append(Row((*head, len(items), *counts, found.count(None)), listed))
    text = Label(
        f"状态截至 {scope.day}；已公布、在建都不是迁驻", f"As of {scope.day}; announced and under way is not moved"
    )
    title = Label("走到哪一步", "How far they have come")
    return published.section("states", title, columns, tuple(rows), text)


def _ledger(scope: Scope) -> Section:
    rows = published.items(scope, [scope.register("register")], ("batch",))
    missing = published.not_published([scope.register("register")])
    return Section("ledger", Label("逐项", "One by one"), (), ITEMS, rows, (), missing)


def _totals(scope: Scope) -> Section:
    """Return how many were published to move, beside those that can be named; periods and scopes differ by line."""
    rows = published.totals(scope, [scope.register("register")])
    shown = tuple(Row(row.cells[:-1], row.sources) for row in rows)
    text = Label("各行期间与口径不同，不相加", "Periods and scopes differ from line to line: no sums")
    return published.section("totals", Label("公布的合计", "Published totals"), TOTALS[:-1], shown, text)


def _platforms(scope: Scope) -> Section:
    """Return the published totals of the schemes of platforms beside those that can be named, then the platforms."""
    register = scope.register("platforms")
    schemes = tuple(str(one) for one in scope.spec["schemes"])
    named = [item for item in register.values() if first(item, "scheme")]
    names = "；".join(item.name for item in named)
    counts = {one: sum(first(item, "scheme") == one for item in named) for one in schemes}
    shown = "；".join(f"{one}：{count}" for one, count in counts.items())
    texts = (
        Label(f"有名的：{names}", f"By name: {names}"),
        Label(f"各体系能列名的个数 {shown}", f"How many of each scheme can be named: {shown}"),
    )
    note = Label(
        "几套体系是不同时期、不同部门的说法，不相加；平台的“签约”“承接”数不是投产数",
        "The schemes were told at different times by different offices and are not added; what platforms signed or "
        "received is not in production",
    )
    rows = published.totals(scope, [register])
    missing = published.not_published([register])
    return Section("platforms", Label("承接平台", "Receiving platforms"), texts, TOTALS, rows, (note,), missing)


def _twice(scope: Scope) -> Section:
    """Return the figures of platforms as printed, and why they must not be added to the account."""
    register = scope.register("platforms")
    rows = published.items(scope, [register], ("scope",))
    notes = tuple(Label.parse(str(one)) for one in scope.spec["warnings"])
    title = Label("平台的数与重复计算", "Figures of platforms and double counting")
    return Section("twice", title, (), ITEMS, rows, notes)


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the accounts, destinations and concepts of the choices."""
    spec, who = document.table(*path), f"system {path[-1]}"
    errors: list[XietongError] = []
    for name in spec["balances"]:
        at = (*path, "balances", name)
        found = document.demand(at, _BALANCE, _BALANCE_MORE, tables=("destinations",))
        errors += found
        terms = {} if found else {**document.table(*at, "destinations")}
        strange = [one for one in terms if one not in spec["destinations"]]
        where = document.where(*at, "destinations")
        errors += [
            UnknownName(f"{who}, {name}", "destination", one, spec["destinations"], where=where) for one in strange
        ]
        named = [*terms.values(), *([spec["balances"][name]["outflow"]] if "outflow" in spec["balances"][name] else [])]
        for one in (str(one) for one in named if one and one not in spec["terms"]):
            errors.append(UnknownName(f"{who}, {name}", "finding among 'terms'", one, spec["terms"], where=where))
        if not found and not [one for one in named if one]:
            what, ways = "the account has no published term at all", ("name one finding", "take the account out")
            errors.append(PackError(f"{who}, {name}", what, where=document.where(*at), ways=ways))
    where = document.where(*path, "concepts")
    strange = [str(one) for one in spec["concepts"] if one not in pack.concepts]
    return errors + [UnknownName(who, "concept", one, pack.concepts, where=where) for one in strange]


RELOCATION = Kind(
    relocation,
    required=("register", "platforms", "schemes", "terms", "destinations", "balances", "concepts", "warnings"),
    registers=("register", "platforms"),
    findings=("terms",),
    shapes={"lists": ("schemes", "terms", "concepts", "warnings"), "tables": ("destinations", "balances")},
    problems=_problems,
    modules=(published,),
    measures=(REMAINDER,),
)
