"""The atlas of industry chains: what is published, what a study reads from products, gaps, where they could be filled.

Published facts come from registers.  Segments, their order and the words that put a firm there are choices of the study
and are shown as such, because no atlas was published; offices can give lists, supplies and segments of their own.
"""

from __future__ import annotations

from xietong.diagnosis.systems.chain_facts import chain_section, cluster_section, fact_section, form
from xietong.diagnosis.systems.chain_nodes import (
    NO_ABSENCE,
    NO_PLANT,
    Nodes,
    gap_section,
    members,
    node_section,
    place_label,
)
from xietong.diagnosis.systems.chain_places import SPEC, place_section
from xietong.diagnosis.systems.chain_reading import POSITIONS, PRODUCTS, matches, problems, segments
from xietong.diagnosis.systems.chain_supply import list_section, sourcing_section, supply_section
from xietong.diagnosis.systems.scope import Kind, Scope, sources
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Cell, Column, Missing, Page, Row, Section, Source

_OURS = Label("本研究的划分", "division of this study")


def chains(scope: Scope) -> Page:
    """Return the page: chains, clusters, segments, firms, graphs, gaps, where to fill them, sourcing, lists."""
    nodes = _nodes(scope)
    sections = (
        chain_section(scope),
        cluster_section(scope),
        fact_section(scope),
        _reading_section(scope, nodes),
        *(node_section(scope, one) for one in nodes),
        _firm_section(scope, nodes),
        _place_count_section(scope),
        gap_section(scope, nodes),
        place_section(scope, nodes),
        sourcing_section(scope),
        supply_section(scope),
        list_section(scope),
    )
    text = Label(
        "公布的只有链名、少数环节事实与个数；图谱、三张清单与供应关系都没有公布。图中的环节、方向与归类是本研究的选择，"
        "逐条写明词与理由",
        "Only names of chains, a few facts and counts are published; the atlas, its lists and who supplies whom "
        "are not. Segments, arrows and who stands where are choices of this study, each with its words and reason",
    )
    return Page(scope.name, Label.parse(str(scope.spec["label"])), text, sections)


def _nodes(scope: Scope) -> list[Nodes]:
    area, firms = members(scope), scope.register("firms")
    return [
        Nodes(
            chain,
            Label.parse(str(scope.spec["reading"][chain]["label"])),
            tuple(read),
            {one.id: matches(one, firms) for one in read},
            area,
        )
        for chain, read in segments(scope.spec).items()
    ]


def _reading_section(scope: Scope, chains: list[Nodes]) -> Section:
    """Return every segment of the reading: whether it is named in a report, by which words, and why."""
    facts = scope.register("segments")
    columns = (
        Column("chain", Label("产业链", "Chain")),
        Column("segment", Label("环节", "Segment")),
        Column("position", Label("位置", "Position")),
        Column("whose", Label("谁的划分", "Whose division")),
        Column("words", Label("归入的词", "Words that put a product there")),
        Column("without", Label("不归入的词", "Words that keep it out")),
        Column("industries", Label("归入的行业", "Industries that put a firm there")),
        Column("supplies", Label("供应给", "Supplies")),
        Column("reason", Label("理由", "Reason")),
    )
    rows = []
    for nodes in chains:
        labels = {one.id: one.label for one in nodes.segments}
        for one in nodes.segments:
            named = [facts[fact] for fact in one.named]
            told = "；".join(item.name for item in named)
            whose = Label(f"报道提到：{told}", f"named in a report: {told}") if named else _OURS
            targets = [labels[target] for target in (*one.supplies, *one.returns)]
            to = Label("、".join(label.zh for label in targets), ", ".join(label.en for label in targets))
            texts = ("、".join(each) for each in (one.words, one.without, one.industries))
            cells: tuple[Cell, ...] = (
                nodes.label, one.label, POSITIONS[one.position], whose, *texts, to, one.reason,
            )  # fmt: skip
            rows.append(Row(cells, tuple(dict.fromkeys(line for item in named for line in sources(item)))))
    text = Label(
        "环节与词都写在研究里，可以逐条改；“报道提到”只说明报道用过这个说法，不说明报道这样划分或这样归类",
        "Segments and words stand in the study and can be changed one by one; named in a report means that a report "
        "used the term, not that it drew the segment or put firms there",
    )
    return Section("reading", Label("本研究的环节划分", "Segments of this study"), (text,), columns, tuple(rows))


def _firm_section(scope: Scope, chains: list[Nodes]) -> Section:
    """Return every firm in a segment with the text that put it there."""
    columns = (
        Column("chain", Label("产业链", "Chain")),
        Column("segment", Label("环节", "Segment")),
        Column("firm", Label("企业", "Firm")),
        Column("place", Label("注册地", "Registered in")),
        Column("text", Label("原文（产品或行业）", "Text (product or industry)")),
        Column("word", Label("命中的词", "Word that it met")),
    )
    rows = []
    for nodes in chains:
        for one in nodes.segments:
            held = nodes.firms(one)
            rows += [
                Row(
                    (nodes.label, one.label, match.item.name,
                     place_label(scope, held[match.item.id]), match.value.text, match.word),
                    (Source.of(match.value.origin, match.value.where),), match.item.ref,
                )
                for match in nodes.matched[one.id]
                if match.item.id in held
            ]  # fmt: skip
    put = {row.ref for row in rows}
    firms = scope.register("firms")
    told = [one for one in firms.values() if one[PRODUCTS]]
    text = Label(
        f"名录 {len(firms)} 家，{len(told)} 家登记了产品，其余只有行业；{len(put)} 家归入至少一个环节，一家可归入多个",
        f"{len(firms)} listed companies, {len(told)} with products, others with an industry only; {len(put)} stand in "
        "at least one segment, a firm may in several",
    )
    notes = (NO_ABSENCE, NO_PLANT, _OLD)
    title = Label("企业按产品归入环节", "Firms by product and segment")
    missing = tuple(Missing(one.label, one.reason, (form(firms.kind.id),)) for one in firms.kind.not_published)
    return Section("firms", title, (text,), columns, tuple(rows), notes, missing)


_OLD = Label(
    "产品表有年份，且每家只列至多数项；产品中有截断，归错与漏归都会有，逐行可查",
    "The list of products has a year and only a few products a firm, some cut off; firms are wrongly in or out, and "
    "every line can be checked",
)


def _place_count_section(scope: Scope) -> Section:
    """Return the listed companies by member and board."""
    register, area = scope.register("firms"), members(scope)
    boards = register.kind.attributes["market"].words
    found = {(member, board): 0 for member in area for board in ("", *boards)}
    lines: dict[str, dict[Source, None]] = {member: {} for member in area}
    for item in register.values():
        member = next((one for one, codes in area.items() if codes.intersection(item.places)), "")
        if member:
            told = item["market"]
            found[member, told[0].text if told else ""] += 1
            lines[member] |= dict.fromkeys(sources(item)[:1])
    columns = (
        Column("place", Label("注册地", "Registered in")),
        Column("firms", Label("上市公司", "Listed companies")),
        *(Column(zh, Label(zh, en)) for zh, en in boards.items()),
        Column("none", Label("未注明", "not stated")),
    )
    rows = tuple(
        Row((place_label(scope, member), float(sum(found[member, board] for board in ("", *boards))),
             *(float(found[member, board]) for board in boards), float(found[member, ""])), tuple(lines[member]))
        for member in area
    )  # fmt: skip
    text = Label(
        f"名录 {len(register)} 家、{len(register.rows)} 行：一家在几份公布中各占一行",
        f"{len(register)} companies on {len(register.rows)} lines: a company has a line for each publication",
    )
    return Section(
        "companies", Label("上市公司按注册地", "Listed companies by place"), (text,), columns, rows, (NO_PLANT,)
    )


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the reading and with how places are chosen."""
    at = (*path, "placing")
    told = document.demand(at, SPEC, (), tables=("threshold",))
    told = told or document.demand((*at, "threshold"), ("value", "low", "high"), numbers=("value", "low", "high"))
    told += document.demand((*path, "sourcing"), ("facts", "reason"), lists=("facts",))
    facts = pack.registers[str(document.table(*path)["segments"])]
    told += [
        UnknownName(f"system {path[-1]}", "fact", str(one), facts, where=document.where(*path, "sourcing", "facts"))
        for one in document.table(*path, "sourcing").get("facts", ())
        if one not in facts
    ]
    if str(document.table(*path)["region"]) not in pack.gazetteer:
        what = f"'{document.table(*path)['region']}' is no place or perimeter"
        told.append(PackError(f"system {path[-1]}", what, where=document.where(*path, "region")))
    return [*told, *problems(document, path, pack)]


_REGISTERS = ("chains", "clusters", "segments", "firms", "lists", "platforms")
CHAINS = Kind(
    chains,
    required=(*_REGISTERS, "region", "employment", "placing", "reading", "sourcing"),
    registers=_REGISTERS,
    findings=("employment",),
    shapes={"tables": ("placing", "reading", "sourcing")},
    problems=_problems,
)
