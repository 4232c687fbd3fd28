"""The page of the plan of ports: rules side by side, harbours, hinterlands, modes, concentration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case
from xietong.plans.port_inputs import CARGO_LABELS, CARGOES, MODES, Hinterland
from xietong.plans.port_program import REGIMES, Regime
from xietong.recipes.measuring import Given, measured

WAN_TONNES, YI_YUAN = Label("万吨", "10,000 t"), Label("亿元", "100 million yuan")
YI_TONNE_KM, PER_TONNE = Label("亿吨公里", "100 million tonne-km"), Label("元/吨", "yuan a tonne")
KM, PERCENT, ONE = Label("公里", "km"), Label("%", "%"), Label("", "")
WAN = 1e4
"""From 10,000 yuan or tonne-kilometres to 100 million of them."""

WAITS = (
    Missing(
        Label("各港分货类吞吐量", "throughput of each port by cargo"),
        Label(
            "只见全省两个年份的比重和唐山一年的三类，天津、秦皇岛、黄骅未见；故只分集装箱与其余两类",
            "only shares of the province in two years and three cargoes of Tangshan in one were found, nothing for the "
            "others; hence two classes, boxes and all else",
        ),
        (Label("补入统计表 ports-cargo", "add it to the table ports-cargo"),),
    ),
    Missing(
        Label("各港货物的腹地来源（区域内与区域外）", "where the cargo of each port comes from, inside and beyond"),
        Label(
            "未见公布；由两个杠杆给出区域自有部分", "not published; two levers state the part that is the region's own"
        ),
        (Label("各港集疏运起讫点调查", "surveys of origin and destination at the ports"),),
    ),
    Missing(
        Label("公路与铁路运价、里程与能力", "rates, distances and capacity of road and rail"),
        Label("未见可引用的分线路公布数", "no figures by line that can be cited were found"),
        (Label("以运价表替换杠杆", "replace the levers by a table of rates"),),
    ),
)  # fmt: skip


def sections(
    case: Case, inputs: Hinterland, rules: Sequence[Regime], refused: Mapping[str, str]
) -> tuple[Section, ...]:
    """Return the sections of the page; the first rule is the plan itself."""
    linked = rules[0]
    return (
        _rules(rules, refused), _harbours(inputs, rules), _hinterlands(case, inputs, linked), _modes(linked),
        _concentration(inputs, rules),
    )  # fmt: skip


def saved(price: float) -> float:
    """Return what one more unit of a limit saves, from its price."""
    return float(max(0.0, -price))


def haul_km(one: Regime) -> float:
    """Return the mean way on land of a tonne."""
    return float(one.haul.sum() / one.cargo.sum())


def throughput(inputs: Hinterland, one: Regime | None) -> Floats:
    """Return what every port handles of every cargo under a rule, cargo from beyond as today; without one, as today."""
    totals = np.bincount(inputs.port_of, inputs.tonnes, len(inputs.ports))
    own = np.bincount(inputs.port_of, inputs.own, len(inputs.ports))
    published = np.stack([inputs.boxes, totals - inputs.boxes], axis=1)
    if one is None:
        return published
    mine = np.stack([inputs.own_boxes, own - inputs.own_boxes], axis=1)
    through = np.stack([np.bincount(inputs.port_of, kind, len(inputs.ports)) for kind in one.through.T], axis=1)
    return np.asarray(np.maximum(published - mine + through, 0.0))


def concentration(inputs: Hinterland, one: Regime | None) -> Floats:
    """Return the concentration of each cargo over the ports, by the measure that the observed years have."""
    names = tuple(port.id for port in inputs.ports), CARGOES
    data = {"throughput": Given(throughput(inputs, one), names)}
    return np.asarray(measured("ports.cargo_concentration", data).values)


def _rules(rules: Sequence[Regime], refused: Mapping[str, str]) -> Section:
    columns = (
        Column("rule", Label("规则", "Rule")),
        Column("cost", Label("全年费用", "Cost a year"), YI_YUAN, 1),
        Column("more", Label("比联动多", "More than linked"), YI_YUAN, 1),
        Column("work", Label("陆运周转量", "Work on land"), YI_TONNE_KM, 1),
        Column("work_more", Label("比联动多", "More than linked"), YI_TONNE_KM, 1),
        Column("haul", Label("平均陆运距离", "Mean way on land"), KM, 1),
        Column("rail", Label("铁路占货运量", "Share by rail"), PERCENT, 1),
        Column("new", Label("新增能力", "New capacity"), WAN_TONNES, 0),
    )
    first, rows = rules[0], []
    for one in rules:
        cost, work = one.flow.cost / WAN, float(one.haul.sum()) / WAN
        rail = 100 * float(one.cargo[..., 1].sum() / one.cargo.sum())
        more = cost - first.flow.cost / WAN, work - float(first.haul.sum()) / WAN
        cells: tuple[Cell, ...] = (
            REGIMES[one.id], cost, more[0], work, more[1], haul_km(one), rail, float(one.new.sum()),
        )  # fmt: skip
        rows.append(Row(cells))
    text = Label(
        "同一批货、同样的运价与能力，只换规则：联动时货物任选港口；各省自顾时货物只走本省的港，没有港口的省市不受限；"
        "现有份额时各港按公布吞吐量分得货物，只优化路线",
        "The same cargo, rates and capacities under three rules: linked, cargo takes any port; each for itself, it "
        "stays in the ports of its province, and one without a port is free; in today's shares every port gets what "
        "the published throughput gives it and only the routes are chosen",
    )
    notes = [
        Label("差额只含陆上运费与泊位", "The difference is of land and berths; sea, customs and time are not in it")
    ]
    for name, why in refused.items():
        rows.append(Row((REGIMES[name], *(None for _ in columns[1:]))))
        notes.append(Label(f"{REGIMES[name].zh}无解：{why}", f"{REGIMES[name].en} has no solution: {why}"))
    return Section("rules", Label("联动省下什么", "What linkage saves"), (text,), columns, tuple(rows), tuple(notes))


def _harbours(inputs: Hinterland, rules: Sequence[Regime]) -> Section:
    columns = (
        Column("harbour", Label("港区", "Harbour")),
        Column("published", Label("公布吞吐量", "Published throughput"), WAN_TONNES, 0),
        Column("basis", Label("公布数", "The figure")),
        Column("room", Label("可接区域货物", "Room for the region's cargo"), WAN_TONNES, 0),
        *(Column(one.id, REGIMES[one.id], WAN_TONNES, 0) for one in rules),
        Column("used", Label("联动时用去", "Used when linked"), PERCENT, 1),
        Column("price", Label("再加一吨能力省", "One more tonne of capacity saves"), PER_TONNE, 2),
        Column("new", Label("联动时新增", "New when linked"), WAN_TONNES, 0),
        Column("more", Label("再放宽一吨新增省", "One more tonne to be added saves"), PER_TONNE, 2),
        Column("point", Label("点位依据", "What the point rests on")),
    )
    rows, through, linked = [], [one.through.sum(axis=1) for one in rules], rules[0]
    count, prices = len(inputs.harbours), linked.flow.prices
    growth = prices[count + len(inputs.ports) :][:count]
    for at, one in enumerate(inputs.harbours):
        old = through[0][at] - linked.new[at]
        cells: tuple[Cell, ...] = (
            one.label, float(inputs.tonnes[at]), one.told, float(inputs.room[at]),
            *(float(told[at]) for told in through), 100 * float(old / inputs.room[at]), saved(prices[at]),
            float(linked.new[at]), saved(growth[at]), one.basis,
        )  # fmt: skip
        rows.append(Row(cells, finding=one.finding))
    text = Label(
        "公布吞吐量是能力的下限；先加哪一处，看“再加一吨能力省”，为零的地方加了没有用",
        "Published throughput is the least that a harbour can do. Where to add first is where one more tonne saves "
        "most; where it saves nothing, more is of no use",
    )
    told = list(dict.fromkeys(one.told for one in inputs.ports))
    zh, en = "；".join(one.zh for one in told), "; ".join(one.en for one in told)
    note = Label(
        f"箱数取自：{zh}。吨数与箱数各取最近的公布数，年份不一",
        f"Boxes: {en}. Of tonnes and boxes the latest that is published, not all of one year",
    )
    title = Label("各港区的货与能力", "Harbours: cargo and capacity")
    return Section("harbours", title, (text,), columns, tuple(rows), (note,))


def _hinterlands(case: Case, inputs: Hinterland, linked: Regime) -> Section:
    columns = (
        Column("prefecture", Label("腹地", "Hinterland")),
        Column("cargo", Label("货量", "Cargo"), WAN_TONNES, 0),
        *(Column(one.id, one.label, WAN_TONNES, 0) for one in inputs.harbours),
        Column("main", Label("主要港区", "Main harbour")),
        Column("share", Label("其份额", "Its share"), PERCENT, 0),
        Column("rail", Label("铁路", "By rail"), PERCENT, 0),
    )
    label, rows = case.pack.gazetteer.label, []
    for name in dict.fromkeys(inputs.prefectures):
        inside = [at for at, one in enumerate(inputs.prefectures) if one == name]
        part = linked.cargo[:, inside].sum(axis=(0, 1))
        by, total = part.sum(axis=1), float(part.sum())
        main = int(by.argmax())
        cells: tuple[Cell, ...] = (
            Label(label(name, "zh"), label(name, "en")), total, *map(float, by), inputs.harbours[main].label,
            100 * float(by[main]) / total, 100 * float(part[:, 1].sum()) / total,
        )  # fmt: skip
        rows.append(Row(cells))
    text = Label("联动时各市货物走哪个港区", "Which harbours the cargo of each city takes when linked")
    notes = []
    if inputs.approximate:
        zh, en = (
            f"{len(inputs.approximate)} 个统计用开发区没有边界，按所在市的面积中心计",
            f"{len(inputs.approximate)} zones of the census have no outline and stand at the middle of their city",
        )
        notes.append(Label(zh, en))
    title = Label("各港腹地", "Hinterlands")
    return Section("hinterlands", title, (text,), columns, tuple(rows), tuple(notes), figure=_sankey(inputs, rows))


def _sankey(inputs: Hinterland, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the cargo from cities to harbours as a figure."""
    names = [one.cells[0] for one in rows if isinstance(one.cells[0], Label)] + [one.label for one in inputs.harbours]
    links = [
        [at, len(rows) + harbour, row.cells[2 + harbour]]
        for at, row in enumerate(rows) for harbour in range(len(inputs.harbours))
    ]  # fmt: skip
    layer = {"label": ["货流", "cargo"], "unit": [WAN_TONNES.zh, WAN_TONNES.en], "links": links}
    return {"kind": "sankey", "layers": [layer | {"nodes": [[one.zh, one.en] for one in names]}]}


def _modes(linked: Regime) -> Section:
    columns = (
        Column("cargo", Label("货类", "Cargo")),
        Column("mode", Label("方式", "Mode")),
        Column("tonnes", Label("货运量", "Cargo"), WAN_TONNES, 0),
        Column("share", Label("份额", "Share"), PERCENT, 1),
        Column("work", Label("周转量", "Work"), YI_TONNE_KM, 1),
        Column("way", Label("平均运距", "Mean way"), KM, 0),
    )
    rows = []
    tonnes = linked.cargo.sum(axis=(1, 2))
    for kind, cargo in enumerate(CARGO_LABELS):
        for mode, label in enumerate(MODES):
            moved, work = float(tonnes[kind, mode]), float(linked.haul[kind, mode])
            way = work / moved if moved > 0 else None
            rows.append(Row((cargo, label, moved, 100 * moved / float(tonnes[kind].sum()), work / WAN, way)))
    text = Label(
        "公路按里程收费，铁路另收每吨的两端作业费，故近走公路、远走铁路",
        "Rail has a fixed cost a tonne at its ends and road has none: near goes by road, far by rail",
    )
    return Section("modes", Label("公路还是铁路", "Road or rail"), (text,), columns, tuple(rows))


def _concentration(inputs: Hinterland, rules: Sequence[Regime]) -> Section:
    columns = (
        Column("cargo", Label("货类", "Cargo")),
        Column("published", Label("按公布数", "As published"), ONE, 4),
        *(Column(one.id, REGIMES[one.id], ONE, 4) for one in rules if one.id != "today"),
    )
    shown = [concentration(inputs, None), *(concentration(inputs, one) for one in rules if one.id != "today")]
    rows = [
        Row((label, *(float(told[kind]) for told in shown))) for kind, label in enumerate(CARGO_LABELS)
    ]  # fmt: skip
    text = Label(
        "货类集中度（HHI）：四分之一为四港均分，1 为一港独占；区域外的货按现状留在各港",
        "Concentration of a cargo over the ports (HHI): 1 over the number of ports when they share it evenly, 1 when "
        "one has all; cargo from beyond the region stays where it is",
    )
    return Section(
        "concentration", Label("货类集中度", "Concentration"), (text,), columns, tuple(rows),
        measures=("ports.cargo_concentration",),
    )  # fmt: skip
