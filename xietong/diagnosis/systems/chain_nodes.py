"""The chains as a study reads them: firms of each segment by place, gaps, what hangs on a segment, single points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from xietong.diagnosis.systems.chain_reading import POSITIONS, Match, Segment
from xietong.diagnosis.systems.scope import Scope
from xietong.library.labels import Label
from xietong.library.pages import Column, Row, Section, Source
from xietong.library.registers.totals import within
from xietong.recipes.measuring import Given, Measured, measured

NO_ABSENCE = Label(
    "只是名录里没有：名录只有上市公司，名录中没有不等于三地没有，更不等于断供",
    "Only not in the register: it holds listed companies, and what it lacks may well be there",
)
NO_PLANT = Label(
    "地点是注册地，不是工厂所在地；分支机构与异地工厂不在内",
    "A place is where a firm is registered, not where its plants stand; branches and plants elsewhere are not in",
)
MEASURES = ("chains.presence", "chains.holders", "chains.reach", "chains.articulation", "chains.sole_supplier",
            "chains.loops", "chains.node_concentration")  # fmt: skip


@dataclass(frozen=True)
class Nodes:
    """One chain: its segments, the firms matched to each, and the members of the region in order."""

    chain: str
    label: Label
    segments: tuple[Segment, ...]
    matched: Mapping[str, list[Match]]
    members: Mapping[str, set[str]]

    def firms(self, segment: Segment) -> dict[str, str]:
        """Return the firms of a segment, each once, with the member where it is registered."""
        places = {one.item.id: one.item.places for one in self.matched[segment.id]}
        found = {
            firm: next((member for member, area in self.members.items() if area.intersection(codes)), "")
            for firm, codes in places.items()
        }
        return {firm: member for firm, member in found.items() if member}

    def sources(self, segment: Segment) -> tuple[Source, ...]:
        """Return the lines that put firms into a segment."""
        return tuple(dict.fromkeys(Source.of(one.value.origin, one.value.where) for one in self.matched[segment.id]))

    def near(self, segment: Segment) -> list[Segment]:
        """Return the segments next to one, up and down, without steps back."""
        return [one for one in self.segments if one.id in segment.supplies or segment.id in one.supplies]

    @cached_property
    def counts(self) -> Given:
        """The firms of every segment by member."""
        told = [list(self.firms(one).values()) for one in self.segments]
        table = [[float(row.count(member)) for member in self.members] for row in told]
        return Given(np.array(table), (self._names, tuple(self.members)))

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.segments)

    def links(self, *, closed: bool) -> Given:
        """Return who supplies whom; ``closed`` also has the steps back."""
        table = np.zeros((len(self.segments), len(self.segments)))
        for row, one in enumerate(self.segments):
            for target in (*one.supplies, *(one.returns if closed else ())):
                table[row, self._names.index(target)] = 1.0
        return Given(table, (self._names, self._names))

    @cached_property
    def results(self) -> Mapping[str, Measured]:
        """Every measure of the chain; gaps and loops see the steps back, reach and cuts do not."""
        once, closed = {"links": self.links(closed=False)}, {"links": self.links(closed=True)}
        given: Mapping[str, dict[str, Given]] = {
            "chains.presence": {**closed, "firms": self.counts},
            "chains.holders": {"firms": self.counts},
            "chains.reach": once,
            "chains.articulation": once,
            "chains.sole_supplier": once,
            "chains.loops": closed,
            "chains.node_concentration": {"firms": self.counts},
        }
        return {name: measured(name, data) for name, data in given.items()}

    def number(self, measure: str, segment: Segment) -> float | None:
        """Return the number of a measure for a segment, None where it is undefined."""
        value = float(self.results[measure].values[self._names.index(segment.id)])
        return None if np.isnan(value) else value

    def word(self, measure: str, segment: Segment) -> Label:
        """Return the class of a measure for a segment in words."""
        one = self.results[measure]
        return Label.parse(one.facts.classes[int(one.values[self._names.index(segment.id)])])


def members(scope: Scope) -> dict[str, set[str]]:
    """Return the members of the region, each with all places in it."""
    gazetteer = scope.pack.gazetteer
    names = gazetteer.members(str(scope.spec["region"]), f"system {scope.name}")
    return {one: within(one, gazetteer) for one in names}


def place_label(scope: Scope, code: str) -> Label:
    """Return the short name of a place in both languages."""
    return Label(scope.pack.gazetteer.label(code, "zh"), scope.pack.gazetteer.label(code, "en"))


def node_section(scope: Scope, nodes: Nodes) -> Section:
    """Return one chain: its segments with firms by place and measures, and the drawing."""
    name = nodes.label
    columns = (
        Column("segment", Label("环节", "Segment")),
        Column("position", Label("位置", "Position")),
        Column("firms", Label("名录中的企业", "Firms in the register")),
        *(Column(one, place_label(scope, one)) for one in nodes.members),
        Column("presence", Label("按名录", "By the register")),
        Column("holders", Label("持有", "Held by")),
        Column("hhi", Label("地区集中度", "Concentration on places"), digits=2),
        Column("reach", Label("下游牵连", "Segments that hang on it")),
        Column("sole", Label("独家供应", "Segments it alone supplies")),
        Column("cut", Label("断链节点", "Cut node")),
        Column("loop", Label("环路大小", "Size of its loop")),
    )
    text = Label(
        f"按本研究的环节与词，把名录中的上市公司归入{name.zh}；箭头是本研究认定的供应方向，不是公布的供应关系",
        f"Listed companies put into the chain {name.en} by the segments and words of this study; the arrows are its "
        "reading and no published supplies",
    )
    reason = Label.parse(str(scope.spec["reading"][nodes.chain]["reason"]))
    rows = tuple(_node_row(nodes, one) for one in nodes.segments)
    notes = (NO_ABSENCE, NO_PLANT, reason)
    title = Label(f"{name.zh}：图", f"Chain: {name.en}")
    figure = _figure(scope, nodes)
    return Section(f"nodes.{nodes.chain}", title, (text,), columns, rows, notes, (), MEASURES, figure)


def _node_row(nodes: Nodes, one: Segment) -> Row:
    firms = list(nodes.firms(one).values())
    cells = (
        one.label,
        POSITIONS[one.position],
        float(len(firms)),
        *(float(firms.count(member)) for member in nodes.members),
        nodes.word("chains.presence", one),
        nodes.word("chains.holders", one),
        nodes.number("chains.node_concentration", one),
        nodes.number("chains.reach", one),
        nodes.number("chains.sole_supplier", one),
        nodes.word("chains.articulation", one),
        nodes.number("chains.loops", one),
    )
    return Row(cells, nodes.sources(one))


def _figure(scope: Scope, nodes: Nodes) -> dict[str, Any]:
    """Return the drawing as plain data: columns, nodes with label, count and state, edges, steps back."""
    short = {one: place_label(scope, one) for one in nodes.members}
    drawn = []
    for one in nodes.segments:
        held = nodes.firms(one)
        count = {member: list(held.values()).count(member) for member in nodes.members}
        told = [
            " ".join(f"{short[member].text(language)} {number}" for member, number in count.items() if number)
            for language in ("zh", "en")
        ]
        state = ("none", "one", "place", "several")[int(nodes.number("chains.holders", one) or 0)]
        texts = [told[0] or "名录中无", told[1] or "none in the register"]
        drawn.append(
            {"id": one.id, "column": one.position, "label": [one.label.zh, one.label.en], "text": texts, "state": state}
        )
    return {
        "kind": "layered_graph",
        "title": [nodes.label.zh, nodes.label.en],
        "columns": [{"id": key, "label": [label.zh, label.en]} for key, label in POSITIONS.items()],
        "states": [
            {"id": "none", "label": ["名录中无企业", "no firm in the register"]},
            {"id": "one", "label": ["仅一家", "a single firm"]},
            {"id": "place", "label": ["仅一地", "a single place"]},
            {"id": "several", "label": ["多地", "several places"]},
        ],
        "nodes": drawn,
        "edges": [[one.id, target] for one in nodes.segments for target in one.supplies],
        "returns": [[one.id, target] for one in nodes.segments for target in one.returns],
    }


def gap_section(scope: Scope, chains: list[Nodes]) -> Section:
    """Return gaps and single points of all chains, gaps first, by how much hangs on them."""
    found = [(nodes, one) for nodes in chains for one in nodes.segments if _points(nodes, one)]
    found.sort(key=lambda pair: _standing(*pair))
    columns = (
        Column("chain", Label("产业链", "Chain")),
        Column("segment", Label("环节", "Segment")),
        Column("what", Label("是什么", "What it is")),
        Column("firms", Label("名录中的企业", "Firms in the register")),
        Column("reach", Label("下游牵连", "Segments that hang on it")),
        Column("suppliers", Label("供应它的环节（本研究）", "Segments that supply it (this study)")),
    )
    rows = tuple(
        Row(
            (nodes.label, one.label, _joined(_points(nodes, one)), float(len(nodes.firms(one))),
             nodes.number("chains.reach", one), float(sum(one.id in other.supplies for other in nodes.segments))),
            nodes.sources(one),
        )
        for nodes, one in found
    )  # fmt: skip
    gaps = sum(nodes.number("chains.presence", one) != 0 for nodes, one in found)
    text = Label(
        f"按名录有 {gaps} 个环节没有企业，另有 {len(found) - gaps} 个系于一家、一地或一个节点。这是问题单，不是结论",
        f"By the register {gaps} segments have no firm, and {len(found) - gaps} more hang on one firm, place or node. "
        "This is a list of questions and no conclusion",
    )
    fragile = Label(
        "换一个词或把环节画得更细，断点就会多或少；没有公布图谱可以核对",
        "Another word, or segments drawn finer, give more gaps or fewer; no published atlas is there to check against",
    )
    title = Label("断点与单点", "Gaps and single points")
    return Section("gaps", title, (text,), columns, rows, (NO_ABSENCE, NO_PLANT, fragile), (), MEASURES)


def _points(nodes: Nodes, one: Segment) -> list[Label]:
    """Return why a segment is a weak point, nothing when it is none."""
    found = []
    if nodes.number("chains.presence", one):
        found.append(nodes.word("chains.presence", one))
    if nodes.number("chains.holders", one) in (1.0, 2.0):
        found.append(nodes.word("chains.holders", one))
    if sole := nodes.number("chains.sole_supplier", one):
        found.append(Label(f"独家供应 {sole:.0f} 个环节", f"alone supplies {sole:.0f} segments"))
    if nodes.number("chains.articulation", one):
        found.append(Label("断链节点", "cut node"))
    return found


def _joined(labels: list[Label]) -> Label:
    return Label("；".join(one.zh for one in labels), "; ".join(one.en for one in labels))


def _standing(nodes: Nodes, one: Segment) -> tuple[float, float, float, str, str]:
    has = float(nodes.number("chains.presence", one) == 0)
    held = nodes.number("chains.holders", one) or 0.0
    return has, held, -(nodes.number("chains.reach", one) or 0.0), nodes.chain, one.id
