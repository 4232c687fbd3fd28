"""What is published on chains: names and states, clusters, segments that reports name."""

from __future__ import annotations

from xietong.diagnosis.systems.chain_nodes import place_label
from xietong.diagnosis.systems.scope import Scope, sources
from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.library.registers.totals import held

PART_OF = "part_of"
FORM = Label(
    "按登记模板提供：xietong register contribute 文件 --class {name}",
    "give it in the form of the register: xietong register contribute FILE --class {name}",
)
STATE = (
    Column("state", Label("状态", "State")),
    Column("since", Label("状态日期", "Since")),
    Column("evidence", Label("依据", "Evidence")),
)


def form(name: str) -> Label:
    """Return the way to contribute to a class of register."""
    return Label(FORM.zh.format(name=name), FORM.en.format(name=name))


def chain_section(scope: Scope) -> Section:
    """Return the chains: other wordings, who leads, how far each has come, with what is not published."""
    register = scope.register("chains")
    columns = (
        Column("chain", Label("产业链", "Chain")),
        Column("names", Label("其他写法", "Other wordings")),
        Column("lead", Label("牵头地", "Led by")),
        *STATE,
    )
    rows = tuple(
        Row((one.name, _others(one), _place(scope, one, "lead"), *state(scope, one)), sources(one), one.ref)
        for one in register.values()
    )
    missing = tuple(Missing(one.label, one.reason, (form(register.kind.id),)) for one in register.kind.not_published)
    text = Label(f"{len(register)} 条链，状态截至 {scope.day}", f"{len(register)} chains, states as of {scope.day}")
    notes = (*_totals(scope, register),)
    return Section("chains", register.kind.label, (text,), columns, rows, notes, missing)


def cluster_section(scope: Scope) -> Section:
    """Return the clusters with their states and the figures as printed."""
    register = scope.register("clusters")
    printed = [register.kind.attributes[one] for one in ("firms", "output", "share") if one in register.kind.attributes]
    columns = (
        Column("cluster", register.kind.label),
        Column("kind", Label("类别", "Kind")),
        Column("lead", Label("牵头地", "Led by")),
        *STATE,
        *(Column(one.id, one.label) for one in printed),
    )
    rows = tuple(
        Row(
            (one.name, word(one, "kind"), _place(scope, one, "lead"), *state(scope, one),
             *("；".join(value.text for value in one[attribute.id]) for attribute in printed)),
            sources(one), one.ref,
        )
        for one in register.values()
    )  # fmt: skip
    missing = tuple(Missing(one.label, one.reason, (form(register.kind.id),)) for one in register.kind.not_published)
    return Section(
        "clusters", register.kind.label, (register.kind.description,), columns, rows, _totals(scope, register), missing
    )


def fact_section(scope: Scope) -> Section:
    """Return the segments that reports name, one fact a line, as printed."""
    register, chains = scope.register("segments"), scope.register("chains")
    columns = (
        Column("chain", Label("产业链", "Chain")),
        Column("position", Label("位置", "Position")),
        Column("segment", Label("环节", "Segment")),
        Column("fact", Label("事实", "Fact")),
        Column("figure", Label("数值原样", "Figure as printed")),
        Column("year", Label("年份", "Year")),
    )
    order = list(chains)
    facts = sorted(
        register.values(), key=lambda one: (order.index(chain_of(one)) if chain_of(one) in order else -1, one.id)
    )
    rows = tuple(
        Row(
            (name_of(chains, chain_of(one)), word(one, "position"), one.name,
             *(first(one, key) for key in ("fact", "figure", "year"))),
            sources(one), one.ref,
        )
        for one in facts
    )  # fmt: skip
    missing = tuple(Missing(one.label, one.reason, (form(register.kind.id),)) for one in register.kind.not_published)
    return Section(
        "facts",
        Label("公布中提到的环节", "Segments that reports name"),
        (register.kind.description,),
        columns,
        rows,
        (),
        missing,
    )


def chain_of(item: Item) -> str:
    """Return the chain that a published fact is part of, '' when none is stated."""
    told = [
        link.target.partition(":")[2] for link in item.links if link.relation == PART_OF and link.source == item.ref
    ]
    return told[0] if told else ""


def name_of(chains: Register, chain: str) -> Cell:
    """Return the name of a chain."""
    return chains[chain].name if chain in chains else Label("未归链", "no chain")


def _others(item: Item) -> str:
    told = [*item.names, *(item["wording"] if "wording" in item.kind.attributes else ())]
    return "、".join(sorted({one.text for one in told} - {item.name}))


def first(item: Item, attribute: str) -> str:
    """Return the first value of an attribute, '' when there is none."""
    values = item[attribute] if attribute in item.kind.attributes else ()
    return values[0].text if values else ""


def word(item: Item, attribute: str) -> Label | str:
    """Return a word of a closed list in both languages, another text as it is."""
    text = first(item, attribute)
    words = item.kind.attributes[attribute].words
    return Label(text, words[text]) if text in words else text


def _place(scope: Scope, item: Item, attribute: str) -> Label:
    codes = dict.fromkeys(one.text for one in item[attribute]) if attribute in item.kind.attributes else {}
    labels = [place_label(scope, code) for code in codes]
    if not labels:
        return Label("未公布", "not published")
    return Label("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))


def state(scope: Scope, item: Item) -> tuple[Cell, Cell, Cell]:
    """Return the state on the day of the study with its date and evidence."""
    standing = item.state(scope.day)
    if standing is None:
        return Label("未见依据", "no evidence"), "", ""
    return item.kind.states[standing.state], standing.date, standing.evidence


def _totals(scope: Scope, register: Register) -> tuple[Label, ...]:
    """Return every published total beside what the register has."""
    return tuple(
        Label(
            f"公布总数 {one.total.label.zh} {one.total.value}（{one.origin.cite()}），登记 {one.counted}",
            f"published total {one.total.label.en} {one.total.value} ({one.origin.cite()}), registered {one.counted}",
        )
        for one in held(register, scope.pack.gazetteer, scope.day)
    )
