"""What publications say, as sections that any system can show: totals, states, lines of the ledger, what is missing.

Nothing is chosen here: publications that differ stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from xietong.diagnosis.systems.scope import Scope, sources
from xietong.library.explanations import Labels, restrict
from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section, Source
from xietong.library.registers.items import Item, Value
from xietong.library.registers.register import Register
from xietong.library.registers.totals import Held, held
from xietong.library.tables import Observation

_SCALES = {"万": 10**4, "亿": 10**8}
CONTRIBUTE = Label(
    "按登记模板补充：xietong register contribute",
    "bring it in with the form of the register: xietong register contribute",
)
IMPORT = Label("补一张带出处的表：xietong import", "bring in a table with its publication: xietong import")
NO_EVIDENCE = Label("未见依据", "no evidence")


def place_label(scope: Scope, codes: Sequence[str]) -> Label:
    """Return the names of places in both languages."""
    name = scope.pack.gazetteer.label
    return Label("、".join(name(one) for one in codes), ", ".join(name(one, "en") for one in codes))


def join(labels: Iterable[Label]) -> Label:
    """Return several labels as one."""
    told = list(labels)
    return Label("；".join(one.zh for one in told), "; ".join(one.en for one in told))


def first(item: Item, attribute: str) -> str:
    """Return the first value of an attribute, '' when the class or the item has none."""
    values = item[attribute] if attribute in item.kind.attributes else ()
    return values[0].text if values else ""


def worded(item: Item, attribute: str) -> Cell:
    """Return the first value of an attribute, in both languages where the class has words for it."""
    text = first(item, attribute)
    words = item.kind.attributes[attribute].words if attribute in item.kind.attributes else {}
    return Label(text, words[text]) if text in words else text


def not_published(registers: Iterable[Register]) -> tuple[Missing, ...]:
    """Return what the classes say was never published, each with the way to bring it in."""
    return tuple(Missing(one.label, one.reason, (CONTRIBUTE,)) for kind in registers for one in kind.kind.not_published)


def behind(scope: Scope, name: str, cell: Mapping[str, Labels] | None = None) -> tuple[Observation, ...]:
    """Return the lines of the pack on which a finding stands, or one cell of it, down through other findings."""
    found: dict[Observation, None] = {}
    for one in scope.finding(name).receipt.inputs:
        part = restrict(one, dict(cell or {}))
        if one.finding:
            axes = {axis.name: axis.labels for axis in part.axes}
            found |= dict.fromkeys(behind(scope, one.finding, axes))
        else:
            found |= {scope.lines[int(row)]: None for row in part.rows.flat if row >= 0}
    return tuple(found)


def cited(scope: Scope, lines: Iterable[Observation]) -> tuple[Source, ...]:
    """Return the publications of lines of the ledger."""
    origins = scope.pack.origins
    return tuple(dict.fromkeys(Source.of(origins[line.origin], line.where) for line in lines))


LINES = (
    Column("what", Label("指标", "Figure")),
    Column("place", Label("地点", "Place")),
    Column("period", Label("期间", "Period")),
    Column("value", Label("公布数", "As published")),
    Column("unit", Label("单位", "Unit")),
    Column("edition", Label("发布", "Published")),
    Column("note", Label("注", "Note")),
)


def lines(scope: Scope, concepts: Sequence[str]) -> tuple[Row, ...]:
    """Return every published line of some concepts, as printed, in the columns ``LINES``."""
    told = [one for one in scope.pack.observations if one.concept in concepts]
    order = {name: at for at, name in enumerate(concepts)}
    return tuple(_line(scope, one) for one in sorted(told, key=lambda one: (order[one.concept], one.place, one.period)))


def _line(scope: Scope, one: Observation) -> Row:
    concept, origin = scope.pack.concepts[one.concept], scope.pack.origins[one.origin]
    place = place_label(scope, [code for code in (one.place, one.to) if code])
    if one.to:
        place = Label(place.zh.replace("、", " → ", 1), place.en.replace(", ", " → ", 1))
    cells = (concept.label, place, one.period, one.text, one.unit_text, origin.edition, Label.parse(one.note))
    return Row(cells, cited(scope, [one]))


TOTALS = (
    Column("register", Label("登记册", "Register")),
    Column("what", Label("公布的合计", "Published total")),
    Column("value", Label("公布数", "As published")),
    Column("unit", Label("单位", "Unit")),
    Column("date", Label("日期", "Date")),
    Column("counted", Label("登记册里有名的", "Named in the register")),
    Column("others", Label("同一项的其他公布数", "Other counts of the same")),
)


def totals(scope: Scope, registers: Sequence[Register]) -> tuple[Row, ...]:
    """Return every published total beside what the register has and the other counts of the same, as ``TOTALS``."""
    rows = []
    for register in registers:
        told = held(register, scope.pack.gazetteer, scope.day)
        for one in told:
            others = [other for other in told if other is not one and _same(one, other)]
            shown = "；".join(f"{other.total.value}{other.total.unit}（{other.total.date}）" for other in others)
            total = one.total
            cells = (register.kind.label, total.label, total.value, total.unit, total.date, one.counted, shown)
            rows.append(Row(cells, (Source.of(one.origin, total.line),)))
    return tuple(rows)


def conflicts(scope: Scope, registers: Sequence[Register]) -> tuple[Row, ...]:
    """Return the totals of the same thing that differ, oldest first: what, the counts, and what the dates allow."""
    rows = []
    for register in registers:
        open_ones = held(register, scope.pack.gazetteer, scope.day)
        while open_ones:
            one = open_ones[0]
            group = sorted((other for other in open_ones if _same(one, other)), key=lambda held: held.total.date)
            open_ones = [other for other in open_ones if not _same(one, other)]
            if len({_size(other) for other in group}) > 1:
                shown = "；".join(f"{other.total.date}：{other.total.value}{other.total.unit}" for other in group)
                told = (Source.of(other.origin, other.total.line) for other in group)
                rows.append(Row((register.kind.label, one.total.label, shown, _judged(group)), tuple(told)))
    return tuple(rows)


CONFLICTS = (
    Column("register", Label("登记册", "Register")),
    Column("what", Label("公布的合计", "Published total")),
    Column("counts", Label("各公布数", "The counts")),
    Column("judged", Label("日期能说明什么", "What the dates allow")),
)


def _same(one: Held, other: Held) -> bool:
    return (one.total.where, one.total.place) == (other.total.where, other.total.place)


def _size(one: Held) -> Fraction:
    return Fraction(one.total.value) * _SCALES.get(one.total.unit[:1], 1)


def _judged(group: Sequence[Held]) -> Label:
    if [_size(one) for one in group] == sorted(_size(one) for one in group):
        return Label(
            "后公布的更大：可能是增长，也可能口径不同",
            "the later count is larger: growth, or another scope",
        )
    return Label("后公布的反而更小：口径不同，不是变化", "the later count is smaller: another scope, no change")


STATES = (
    Column("register", Label("登记册", "Register")),
    Column("items", Label("有名的条目", "Items by name")),
    Column("announced", Label("已公布或在建", "Announced or under way")),
    Column("used", Label("在用", "In use")),
    Column("none", NO_EVIDENCE),
)


def publications(register: Register) -> tuple[Source, ...]:
    """Return every publication that lists items of a class, each at its first line."""
    lines = {row.origin: row.where for row in reversed(register.rows)}
    return tuple(Source.of(register.kind.origins[one], where) for one, where in sorted(lines.items()))


def states(scope: Scope, used: Mapping[str, Sequence[str]]) -> tuple[Row, ...]:
    """Return for each class how many items are announced, in use, or without evidence, as ``STATES``."""
    rows = []
    for name, words in used.items():
        register = scope.pack.registers[name]
        found = [item.state(scope.day) for item in register.values()]
        known = [one.state for one in found if one is not None]
        inside = sum(one in words for one in known)
        cells = (register.kind.label, len(found), len(known) - inside, inside, len(found) - len(known))
        told = dict.fromkeys(Source.of(register.kind.origins[one.origin], one.where) for one in found if one)
        rows.append(Row(cells, tuple(told) or publications(register)))
    return tuple(rows)


ITEMS = (
    Column("name", Label("名称", "Name")),
    Column("kind", Label("类别", "Kind")),
    Column("place", Label("地点", "Place")),
    Column("scope", Label("范围或伙伴", "Scope or partner")),
    Column("state", Label("状态", "State")),
    Column("date", Label("状态日期", "Since")),
    Column("evidence", Label("依据", "Evidence")),
)


def items(scope: Scope, registers: Iterable[Register], told: Sequence[str], kind: str = "kind") -> tuple[Row, ...]:
    """Return every item with its state and evidence, as ``ITEMS``; ``told`` are attributes shown as its scope."""
    return tuple(item_row(scope, item, told, kind) for register in registers for item in register.values())


def item_row(scope: Scope, item: Item, told: Sequence[str], kind: str) -> Row:
    """Return one item with its state and evidence, as ``ITEMS``; ``kind`` is the attribute that says what it is."""
    state = item.state(scope.day)
    label = item.kind.states[state.state] if state else NO_EVIDENCE
    shown = "；".join(dict.fromkeys(value.text for value in _values(item, told)))
    evidence = (state.date, state.evidence) if state else ("", "")
    origins = (*sources(item), *((Source.of(item.kind.origins[state.origin], state.where),) if state else ()))
    cells = (item.name, worded(item, kind), place_label(scope, item.places), shown, label, *evidence)
    return Row(cells, tuple(dict.fromkeys(origins)), item.ref)


def _values(item: Item, told: Sequence[str]) -> Iterator[Value]:
    for name in told:
        if name in item.kind.attributes:
            yield from item[name]


def section(name: str, title: Label, columns: tuple[Column, ...], rows: tuple[Row, ...], *text: Label) -> Section:
    """Return a plain section."""
    return Section(name, title, text, columns, rows)
