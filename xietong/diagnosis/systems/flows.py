"""Flows between the members: who sends and who receives, the strongest ties, and what a table cannot tell.

Every layer states its direction, whether a flow that is not listed is a zero, and which days are in it. A layer whose
direction is not known is shown by sums of both directions only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from xietong.diagnosis.systems.behind import behind, labels, named, number, unit
from xietong.diagnosis.systems.flow_layers import DIRECTIONS, KEYS, OPTIONAL, UNLISTED, Layer, layers
from xietong.diagnosis.systems.scope import Kind, Scope
from xietong.errors import UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import NOTHING, Cell, Column, Missing, Page, Row, Section

_WHOLE = ("flows.mutual_total", "flows.reciprocity", "flows.largest_flow_share", "networks.density")
_PLACES = ("centrality.strength", "flows.net_flow")
_YES, _NO = Label("是", "yes"), Label("否", "no")
_ZERO, _UNKNOWN = Label("没有", "none"), Label("不知道", "unknown")


def flows(scope: Scope) -> Page:
    """Return the page of flows: the layers, the strongest ties and the places of each, and what is not published."""
    told = layers(scope)
    text = Label(
        "成员之间的列车、迁徙与技术合同：谁连着谁、往来是否对称、各地归向哪里；方向、截断与缺日逐层声明",
        "Trains, migration and technology contracts between the members: who is tied to whom, whether as much comes "
        "back, "
        "where each belongs; direction, truncation and missing days are declared layer by layer",
    )
    sections = [_overview(scope, told)]
    for layer in told:
        sections += [_ties(scope, layer), _places(layer)]
    sections += [_between_parents(scope, told), _technology(scope), _not_published()]
    return Page(scope.name, Label.parse(str(scope.spec["label"])), text, tuple(sections))


def _overview(scope: Scope, told: list[Layer]) -> Section:
    """Return one line for each layer: what it holds, what must be known of it, and how its network looks."""
    rows = []
    for layer in told:
        total, back, largest = (layer.measure(name).value for name in _WHOLE[:3])
        density = layer.measure(_WHOLE[3], "links", threshold=0).value
        cells: tuple[Cell, ...] = (
            layer.label, str(layer.spec["period"]), len(layer.values), layer.possible, _YES if layer.directed else _NO,
            _ZERO if layer.complete else _UNKNOWN, layer.spec.get("listed"), _twice(layer), total, layer.unit,
            back if layer.directed else None, largest, density,
        )  # fmt: skip
        rows.append(Row(cells, layer.origins()))
    columns = (
        Column("layer", Label("层", "Layer")),
        Column("period", Label("时间", "Period")),
        Column("listed", Label("列出的流向", "Flows listed")),
        Column("possible", Label("可能的流向", "Flows possible")),
        Column("directed", Label("方向已知", "Direction known")),
        Column("unlisted", Label("没列的是", "What is not listed is")),
        Column("cap", Label("每份名单至多列", "Lists end after")),
        Column("twice", Label("两份名单都有 / 只在一份", "In both lists / in one only")),
        Column("total", Label("合计", "Total"), digits=1),
        Column("unit", Label("单位", "Unit")),
        Column("reciprocity", Label("互惠度", "Reciprocity"), digits=3),
        Column("largest", Label("最大一向占比", "Share of the largest flow"), digits=3),
        Column("density", Label("网络密度", "Density"), digits=3),
    )
    notes = tuple(Label(f"{one.label.zh}：{one.reason.zh}", f"{one.label.en}: {one.reason.en}") for one in told)
    bound = Label(
        "没列的流向按零相加：没列的是“不知道”的层，合计、密度和互惠度是下限，外围城市的强度偏小",
        "What is not listed is added as nothing: where it is unknown, totals, density and reciprocity are lower "
        "bounds, and outer "
        "places "
        "look too weak",
    )
    apart = Label(
        "各层单位、年份不同，只比结构，不比大小；供给（列车）不是客流，指数不是人数",
        "Layers differ in unit and year: compare their shape and not their size; trains are seats on offer, and an "
        "index is no "
        "number of people",
    )
    title = Label("各层与声明", "The layers and what must be known of them")
    return Section("layers", title, (), columns, tuple(rows), (*notes, bound, apart), measures=_WHOLE)


def _twice(layer: Layer) -> str:
    """Return how many flows stand in all lists of a layer and how many in one only, nothing where there is one list."""
    if len(layer.spec["origins"]) < 2:
        return ""
    both = sum(len(one) > 1 for one in layer.lists.values())
    return f"{both} / {len(layer.lists) - both}"


def _ties(scope: Scope, layer: Layer) -> Section:
    """Return the strongest ties of a layer, both directions together, and how far the two differ."""
    table, skew = layer.table, layer.measure("flows.asymmetry").values
    both = table + table.T
    pairs = sorted(combinations(range(len(layer.places)), 2), key=lambda p: (-both[p], p))
    pairs = [pair for pair in pairs if both[pair] > 0][: int(scope.spec["top"])]
    rows, links = [], []
    for one, other in pairs:
        there, back = (layer.places[one], layer.places[other]), (layer.places[other], layer.places[one])
        ends = [layer.values.get(pair) if layer.directed else None for pair in (there, back)]
        odd = abs(float(skew[one, other])) if {there, back} <= set(layer.values) else None
        cells = (layer.names[one], layer.names[other], float(both[one, other]), *ends, odd)
        rows.append(Row(cells, layer.behind(there, back)))
        links.append([one, other, float(both[one, other])])
    columns = (
        Column("one", Label("一地", "Place")),
        Column("other", Label("另一地", "Other place")),
        Column("both", Label("两向之和", "Both directions"), layer.unit, _digits(layer)),
        Column("there", Label("前往后", "From first to second"), layer.unit, _digits(layer)),
        Column("back", Label("后往前", "From second to first"), layer.unit, _digits(layer)),
        Column("asymmetry", Label("不对称度", "Asymmetry"), digits=3),
    )
    figure = {
        "kind": "chord",
        "nodes": [[name.zh, name.en] for name in layer.names],
        "links": links,
        "directed": False,
        "unit": [layer.unit.zh, layer.unit.en],
    }
    notes = [layer.reason] if not (layer.directed and layer.complete) else []
    title = Label(f"{layer.label.zh}：最强的联系", f"{layer.label.en}: the strongest ties")
    return Section(f"{layer.id}.ties", title, (), columns, tuple(rows), tuple(notes), (), ("flows.asymmetry",), figure)


def _digits(layer: Layer) -> int:
    return 0 if all(value == int(value) for value in layer.values.values()) else 3


def _places(layer: Layer) -> Section:
    """Return how much each place sends and receives, and the place with which it has most to do."""
    shown = layer if layer.directed else _both_ways(layer)
    out, into = (shown.measure(_PLACES[0], "links", direction=one).values for one in ("out", "in"))
    net = shown.measure(_PLACES[1]).values
    sends = np.flatnonzero(out > 0)
    rows, order = [], sorted(range(len(layer.places)), key=lambda at: (-(out[at] + into[at]), at))
    for at in order:
        first, share = _dominant(shown, at) if at in sends else (NOTHING, None)
        listed = [pair for pair in layer.values if layer.places[at] in pair]
        cells: tuple[Cell, ...] = (layer.names[at], float(out[at]), float(into[at]), float(net[at]), first, share)
        cells = cells if layer.directed else (layer.names[at], float(out[at]), None, None, first, share)
        rows.append(Row((*cells, len(listed)), layer.behind(*listed)))
    both = Label("两向之和", "Both directions") if not layer.directed else Label("出", "Out")
    columns = (
        Column("place", Label("地点", "Place")),
        Column("out", both, layer.unit, _digits(layer)),
        Column("in", Label("入", "In"), layer.unit, _digits(layer)),
        Column("net", Label("净出", "Net out"), layer.unit, _digits(layer)),
        Column("dominant", Label("首位去向", "First partner")),
        Column("share", Label("首位占比", "Share of the first partner"), digits=3),
        Column("listed", Label("列出的流向数", "Flows listed")),
    )
    notes = (
        ()
        if layer.complete
        else (Label("强度是下限：没列的流向未计入", "A lower bound: flows not listed are left out"),)
    )
    title = Label(f"{layer.label.zh}：各地", f"{layer.label.en}: the places")
    return Section(f"{layer.id}.places", title, (), columns, tuple(rows), notes, measures=_PLACES)


def _both_ways(layer: Layer) -> Layer:
    """Return a layer of the sums of both directions."""
    pairs = {(one, other): layer.values.get((one, other), 0.0) + layer.values.get((other, one), 0.0)
             for one in layer.places for other in layer.places if one != other}  # fmt: skip
    kept = {pair: value for pair, value in pairs.items() if value > 0}
    return Layer(
        layer.id, layer.label, layer.spec, layer.unit, layer.places, layer.names, kept, layer.lines, layer.lists
    )


def _dominant(layer: Layer, at: int) -> tuple[Label, float]:
    """Return the place to which most of what a place sends goes, and its share; of equals the first of the members."""
    row = layer.table[at]
    first = int(np.argmax(row))
    return layer.names[first], float(row[first] / row.sum())


def _between_parents(scope: Scope, told: list[Layer]) -> Section:
    """Return how the flows of each layer divide between and inside the places above the members."""
    above = _above(scope, told[0].places)
    rows = []
    for layer in told:
        sums: dict[tuple[str, str], float] = {}
        for (one, other), value in layer.values.items():
            key = tuple(sorted((above[one], above[other])))
            sums[key[0], key[1]] = sums.get((key[0], key[1]), 0.0) + value
        whole = sum(sums.values())
        for (one, other), value in sorted(sums.items()):
            names = named(scope, one), named(scope, other)
            label = Label(f"{names[0].zh}—{names[1].zh}", f"{names[0].en} – {names[1].en}")
            inside = Label(f"{names[0].zh}内部", f"inside {names[0].en}")
            rows.append(Row((layer.label, inside if one == other else label, value, value / whole), layer.origins()))
    columns = (
        Column("layer", Label("层", "Layer")),
        Column("pair", Label("之间", "Between")),
        Column("value", Label("两向之和", "Both directions"), digits=1),
        Column("share", Label("占成员之间合计", "Share of all between the members"), digits=3),
    )
    note = Label(
        "占比以成员之间的合计为分母，不含与区域外的往来；截断的层，外围城市之间的占比偏小",
        "Shares of what runs between the members, without what goes beyond them; in a layer that is cut off, the "
        "share between "
        "outer places is too small",
    )
    gap = Missing(
        Label("区域内往来占全部往来的比重", "how much of all flows stays inside the region"),
        Label("所读的表只有成员之间的流向", "the tables that were read hold flows between the members only"),
    )
    figure = {"kind": "sankey", "layers": [_sankey(scope, layer, above) for layer in told if layer.directed]}
    title = Label("上级地区之间与内部", "Between and inside the places above")
    return Section("parents", title, (), columns, tuple(rows), (note,), (gap,), figure=figure)


def _sankey(scope: Scope, layer: Layer, above: dict[str, str]) -> dict[str, object]:
    """Return what leaves each place above the members for each other, and for itself."""
    nodes = list(dict.fromkeys(above.values()))
    sums: dict[tuple[int, int], float] = {}
    for (one, other), value in layer.values.items():
        ends = nodes.index(above[one]), nodes.index(above[other])
        sums[ends] = sums.get(ends, 0.0) + value
    names = [named(scope, place) for place in nodes]
    return {
        "label": [layer.label.zh, layer.label.en],
        "unit": [layer.unit.zh, layer.unit.en],
        "nodes": [[name.zh, name.en] for name in names],
        "links": [[one, other, value] for (one, other), value in sorted(sums.items())],
    }


def _above(scope: Scope, places: tuple[str, ...]) -> dict[str, str]:
    """Return for each member the place above it that is no nation, itself where there is none."""
    known, found = scope.pack.gazetteer.places, {}
    for place in places:
        above = known[place].parent
        found[place] = above if above in known and known[above].parent else place
    return found


def _technology(scope: Scope) -> Section:
    """Return the flows of technology contracts that were published; the whole matrix stands in its own system."""
    rows = [Row(cells, behind(scope, name, **at), finding=name) for name, at, cells in _published(scope)]
    columns = (
        Column("flow", Label("流向", "Flow")),
        Column("period", Label("年份", "Year")),
        Column("value", Label("数值", "Value"), digits=1),
        Column("unit", Label("单位", "Unit")),
    )
    note = Label(
        "卖方与买方两册不能相加；矩阵与上下界见“成果转化”",
        "The books of sellers and buyers must not be added; the matrix with its bounds stands under technology "
        "transfer",
    )
    title = Label("技术合同", "Technology contracts")
    return Section("technology", title, (), columns, tuple(rows), (note,))


def _published(scope: Scope) -> Iterator[tuple[str, dict[str, str], tuple[Cell, ...]]]:
    """Yield the last year of each finding of technology, place by place."""
    for name in map(str, scope.spec["technology"]):
        told, years = scope.finding(name).label, labels(scope, name, "period")
        for place in labels(scope, name, "place") or ("",):
            at = ({"place": place} if place else {}) | ({"period": years[-1]} if years else {})
            who = named(scope, place) if place else NOTHING
            label = Label(f"{told.zh} {who.zh}".rstrip(), f"{told.en} {who.en}".rstrip())
            yield name, at, (label, at.get("period", ""), number(scope, name, **at), unit(scope, name))


def _not_published() -> Section:
    way = Label(
        "以流向表补充：一行一个起点、终点、时间",
        "bring it in as a table of flows: a line for each origin, destination and time",
    )
    gaps = (
        Missing(
            Label("港口腹地：货物来自哪里、去往哪里", "port hinterlands: where cargo comes from and goes to"),
            Label("只公布吞吐量，未公布起讫点", "throughput is published, origins and destinations are not"),
            (way,),
        ),
        Missing(
            Label("高铁客流", "passengers of high-speed rail"),
            Label("只有时刻表，未公布分对客流", "there are timetables; passengers by pair are not published"),
            (way,),
        ),
    )
    return Section("not_published", Label("没有公布的流向", "Flows that were not published"), missing=gaps)


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return one error for each name in the choices that leads nowhere."""
    spec, who, errors = document.table(*path), f"system {path[-1]}", list[XietongError]()
    if str(spec["members"]) not in pack.gazetteer.perimeters:
        where = document.where(*path, "members")
        errors.append(UnknownName(who, "perimeter", str(spec["members"]), pack.gazetteer.perimeters, where=where))
    for name, told in document.table(*path, "layers").items():
        at = (*path, "layers", name)
        problems = document.demand(at, KEYS, OPTIONAL, lists=("origins",), counts=("listed",))
        errors += problems
        if problems:
            continue
        words = (("direction", DIRECTIONS), ("unlisted", UNLISTED), ("concept", pack.concepts))
        for key, known in words:
            if str(told[key]) not in known:
                where = document.where(*at, key)
                errors.append(UnknownName(f"layer {name}", key, str(told[key]), known, where=where))
        for one in map(str, told["origins"]):
            if one not in pack.origins:
                where = document.where(*at, "origins")
                errors.append(UnknownName(f"layer {name}", "origin", one, pack.origins, where=where))
    return errors


FLOWS = Kind(
    flows,
    required=("members", "top", "layers", "technology"),
    findings=("technology",),
    shapes={"tables": ("layers",), "lists": ("technology",), "counts": ("top",)},
    problems=_problems,
)
