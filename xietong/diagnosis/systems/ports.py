"""Ports and free-trade zones: who handles what, how far the work is divided, what the zones share, and how thin it is.

The concentration of a coast is computed where every port of a year was published; where a province gives only its sum,
it lies between the even split of that sum and all of it in one port.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xietong.diagnosis.systems import published
from xietong.diagnosis.systems.published import IMPORT, ITEMS, LINES, behind, cited, first, place_label
from xietong.diagnosis.systems.scope import Kind, Scope, sources
from xietong.diagnosis.systems.service_access import province_of
from xietong.errors import UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import NOTHING, Column, Missing, Page, Row, Section, Source
from xietong.library.registers.items import Item
from xietong.library.registers.links import Link
from xietong.recipes.measuring import Given, measured

HERFINDAHL, EQUAL, MARKET, TOTAL = (
    "specialisation.herfindahl", "concentration.equivalent_number", "ports.market_share", "shares.total",
)  # fmt: skip
_FINDINGS = ("tonnes", "boxes", "earlier_boxes", "total_tonnes", "total_boxes", "pair", "cargo", "cargo_share")
PERCENT = Label("%", "%")


def ports(scope: Scope) -> Page:
    """Return the page of ports and free-trade zones."""
    text = Label(
        "各港吞吐多少、分工如何、自贸区共享了什么，以及这些数有多薄",
        "What every port handles, how they divide the work, what the zones share, and how thin the figures are",
    )
    sections = (_throughput(scope), _division(scope), _shares(scope), _cargo(scope), _zones(scope), _ties(scope))
    return Page(scope.name, Label.parse(str(scope.spec["label"])), text, sections)


def _throughput(scope: Scope) -> Section:
    rows = published.lines(scope, [str(one) for one in scope.spec["throughput"]])
    notes = (
        Label(
            "全港与港口集团是两个口径，不相减也不相除；期间不满一年的见注",
            "A whole port and its operating group are two scopes, neither subtracted nor divided; the note says which "
            "periods are less than a year",
        ),
    )
    missing = published.not_published([scope.register("register")])
    title = Label("吞吐量、能力与集疏运", "Throughput, capacity and feeders")
    return Section("throughput", title, (), LINES, rows, notes, missing)


def _amounts(finding: Finding) -> tuple[list[str], list[float]]:
    """Return the labels and values of a finding along its only axis."""
    series = finding.series
    return (list(series.axes[0].labels), series.values.tolist()) if series else ([], [])


def _index(measure: str, amounts: Sequence[float]) -> float:
    return measured(measure, {"amounts": Given(np.array(amounts))}).value


def _single(finding: Finding, period: str) -> float:
    return finding.series.cell(period=period) if finding.series else float("nan")


def _division(scope: Scope) -> Section:
    """Return the concentration of tonnes and boxes over ports, and its bounds where a sum was not split."""
    columns = (
        Column("what", Label("范围", "What")),
        Column("ports", Label("港口", "Ports")),
        Column("low", Label("HHI 至少", "HHI at least"), NOTHING, 4),
        Column("high", Label("HHI 至多", "HHI at most"), NOTHING, 4),
        Column("equal", Label("等效港口数", "Equivalent ports"), NOTHING, 2),
    )
    rows = []
    for key in ("tonnes", "boxes", "earlier_boxes"):
        name = str(scope.spec[key])
        places, amounts = _amounts(scope.finding(name))
        index = _index(HERFINDAHL, amounts)
        cells = (scope.finding(name).label, len(places), index, index, _index(EQUAL, amounts))
        rows.append(Row(cells, cited(scope, behind(scope, name)), finding=name))
    rows.append(_bounded(scope))
    notes = (
        Label(
            "集中度不是好坏：可能是分工，也可能是缺少竞争；名单里加一港，下限就变",
            "Concentration is neither good nor bad: a division of work or a missing competitor; one more port on the "
            "list moves the lower end",
        ),
        Label(
            "吨与箱结论不同：同样的港口，箱更集中；只看一种就会说错",
            "Tonnes and boxes say different things: the same ports are more concentrated in boxes",
        ),
        Label(
            "只公布合计的一省按港口数均分得下界、全归一港得上界；合计是约数，界随之模糊",
            "A province that gives its sum only: split evenly for the lower end, all in one port for the upper; where "
            "the sum is round, so are the ends",
        ),
    )
    missing = Missing(
        Label("把各港放在一起的同年吞吐量", "throughput of all ports of the coast for one and the same year"),
        Label(
            "所读公布里没有哪一年各港都有：有的只有合计，有的只有约数或集团口径",
            "no year was found with every port: some give a sum only, some a round figure or the group",
        ),
        (IMPORT,),
    )
    return Section(
        "division", Label("分工", "Division of labour"), _adds_up(scope), columns, tuple(rows), notes, (missing,),
        (HERFINDAHL, EQUAL, TOTAL),
    )  # fmt: skip


def _adds_up(scope: Scope) -> tuple[Label, ...]:
    """Return whether the ports add up to the total that was published for the same year."""
    told = []
    for part, whole in (("tonnes", "total_tonnes"), ("boxes", "total_boxes")):
        finding = scope.finding(str(scope.spec[part]))
        amounts, unit = _amounts(finding)[1], finding.series.unit if finding.series else ""
        added = _index(TOTAL, amounts)
        stated = _single(scope.finding(str(scope.spec[whole])), str(scope.spec["year"]))
        shown = " + ".join(f"{one:g}" for one in amounts)
        verdict = ("相符", "agree") if abs(added - stated) < _HALF else ("不符", "differ")
        told.append(
            Label(
                f"{scope.spec['year']} 年 {shown} = {added:g} {unit}，公布合计 {stated:g}，{verdict[0]}",
                f"{scope.spec['year']}: {shown} = {added:g} {unit}, published total {stated:g}: they {verdict[1]}",
            )
        )
    return tuple(told)


_HALF = 0.005
"""Half a unit of the last digit in which the totals are printed."""


def _bounded(scope: Scope) -> Row:
    """Return the concentration of a pair of which the second is the sum of ports that were not split."""
    name = str(scope.spec["pair"])
    finding, parts = scope.finding(name), len(_amounts(scope.finding(str(scope.spec["boxes"])))[0])
    one, whole = _amounts(finding)[1]
    low = _index(HERFINDAHL, [one, *[whole / parts] * parts])
    cells = (finding.label, parts + 1, low, _index(HERFINDAHL, [one, whole]), None)
    return Row(cells, cited(scope, behind(scope, name)), finding=name)


def _shares(scope: Scope) -> Section:
    """Return every port's share in tonnes and in boxes, and how far it leans to boxes."""
    tonnes, boxes = (str(scope.spec[key]) for key in ("tonnes", "boxes"))
    places, amounts = _amounts(scope.finding(tonnes))
    table = np.array([amounts, _amounts(scope.finding(boxes))[1]]).T
    found = measured(MARKET, {"throughput": Given(table, (tuple(places), ("t", "TEU")))}).values * 100
    columns = (
        Column("port", Label("港口", "Port")),
        Column("tonnes", Label("占货物", "Share of tonnes"), PERCENT, 1),
        Column("boxes", Label("占集装箱", "Share of boxes"), PERCENT, 1),
        Column("lean", Label("箱比货", "Boxes to tonnes"), NOTHING, 2),
    )
    rows = []
    for place, (of_tonnes, of_boxes) in zip(places, found.tolist(), strict=True):
        told = [line for name in (tonnes, boxes) for line in behind(scope, name) if line.place == place]
        lean = of_boxes / of_tonnes if of_tonnes else None
        name = Label.parse(told[0].note) if told and told[0].note else place_label(scope, [place])
        rows.append(Row((name, of_tonnes, of_boxes, lean), cited(scope, told)))
    text = Label("大于 1 的港偏集装箱，小于 1 的偏散货", "Above 1 a port leans to boxes, below 1 to bulk")
    title = Label("各港的份额", "Shares of the ports")
    return Section("shares", title, (text,), columns, tuple(rows), measures=(MARKET,))


def _cargo(scope: Scope) -> Section:
    """Return what was published by cargo, and the share of a port's throughput that it explains."""
    rows = published.lines(scope, [str(one) for one in scope.spec["cargo_concepts"]])
    finding = scope.finding(str(scope.spec["cargo_share"]))
    names, shares = _amounts(finding)
    told = published.join(_part(scope, *one) for one in zip(names, shares, strict=True))
    text = Label(f"{finding.label.zh}：{told.zh}", f"{finding.label.en}: {told.en}")
    note = Label(
        "分货类只有这几行，不足以算各港的专业化；缺的不是零",
        "These lines are all there is by cargo, too few for a specialisation of ports; what is absent is not zero",
    )
    missing = Missing(
        Label("各港分货类吞吐量", "throughput of every port by cargo"),
        Label("所读公布只有零星几个数", "only a few figures were found published"),
        (IMPORT,),
    )
    return Section("cargo", Label("分货类", "By cargo"), (text,), LINES, rows, (note,), (missing,))


def _part(scope: Scope, concept: str, share: float) -> Label:
    label = scope.pack.concepts[concept].label
    return Label(f"{label.zh} {share:.1f}%", f"{label.en} {share:.1f}%")


def _zones(scope: Scope) -> Section:
    """Return zones, the services that they share, and the actions that concern them, each with its state."""
    zones = scope.register("zones")
    services = [item for item in scope.register("services").values() if first(item, "field") in scope.spec["fields"]]
    rows = [*published.items(scope, [zones], ("approved", "note"))]
    rows += [published.item_row(scope, item, ("scope",), "field") for item in services]
    refs = sorted({link.source for zone in zones.values() for link in _towards(zone)})
    rows += [published.item_row(scope, scope.pack.registers.item(ref), ("content",), "kind") for ref in refs]
    notes = (
        Label(
            "获批、签约是公布，不是在用；“在办”只说报道称已办理，办件量未见",
            "Approved and signed is announced and not in use; in use only says that a report calls it running",
        ),
    )
    missing = published.not_published([zones])
    return Section(
        "zones", Label("自贸试验区与共享事项", "Zones and shared items"), (), ITEMS, tuple(rows), notes, missing
    )


def _towards(item: Item) -> Iterator[Link]:
    return (link for link in item.links if link.target == item.ref and link.source.partition(":")[0] != item.kind.id)


def _ties(scope: Scope) -> Section:
    """Return the published ties between ports, and the zones of the province in which each port lies."""
    columns = (
        Column("from", Label("港口", "Port")),
        Column("relation", Label("关系", "Relation")),
        Column("to", Label("对方", "The other")),
        Column("since", Label("日期", "Since")),
        Column("basis", Label("依据", "Basis")),
    )
    register, registers = scope.register("register"), scope.pack.registers
    links = dict.fromkeys(link for item in register.values() for link in item.links)
    origins = registers.links.origins or {}
    rows = [
        Row(
            (
                registers.item(link.source).name, register.kind.relations[link.relation].label,
                registers.item(link.target).name, link.date, link.note,
            ),
            (Source.of(origins[link.origin], link.where),),
        )
        for link in links
    ]  # fmt: skip
    rows += _neighbours(scope)
    missing = Missing(
        Label("港口与自贸片区的联动事项", "items that tie a port to an area of a zone"),
        Label("未见公布的清单；“同省”只是并列", "no list was found; one province is only standing side by side"),
        (published.CONTRIBUTE,),
    )
    title = Label("港口之间、港口与自贸区", "Between ports, and ports and zones")
    return Section("ties", title, (), columns, tuple(rows), (), (missing,))


def _neighbours(scope: Scope) -> list[Row]:
    """Return every zone beside the ports of its provinces: no tie, only the same province."""
    gazetteer = scope.pack.gazetteer
    groups = gazetteer.members(str(scope.spec["area"]), scope.name)
    rows = []
    for zone in scope.register("zones").values():
        homes = {province_of(gazetteer, code, groups) for code in zone.places}
        near = [
            port
            for port in scope.register("register").values()
            if homes & {province_of(gazetteer, code, groups) for code in port.places}
        ]
        names = "、".join(port.name for port in near)
        told = tuple(dict.fromkeys(one for item in (zone, *near) for one in sources(item)))
        basis = (
            Label("同省，未见联动清单", "one province, no list of ties")
            if near
            else Label("本省无港", "no port in its province")
        )
        rows.append(Row((names or None, Label("同省", "one province"), zone.name, "", basis), told))
    return rows


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    spec, who = document.table(*path), f"system {path[-1]}"
    errors: list[XietongError] = []
    for key in ("throughput", "cargo_concepts"):
        strange = [str(one) for one in spec[key] if one not in pack.concepts]
        where = document.where(*path, key)
        errors += [UnknownName(who, "concept", one, pack.concepts, where=where) for one in strange]
    if spec["area"] not in pack.gazetteer.perimeters:
        known, where = pack.gazetteer.perimeters, document.where(*path, "area")
        errors.append(UnknownName(who, "perimeter", str(spec["area"]), known, where=where))
    words = pack.registers[spec["services"]].kind.attributes["field"].words
    where = document.where(*path, "fields")
    errors += [UnknownName(who, "field", str(one), words, where=where) for one in spec["fields"] if one not in words]
    return errors


PORTS = Kind(
    ports,
    required=("area", "register", "zones", "services", "fields", "throughput", "cargo_concepts", "year", *_FINDINGS),
    registers=("register", "zones", "services"),
    findings=_FINDINGS,
    shapes={"lists": ("throughput", "cargo_concepts", "fields")},
    problems=_problems,
    modules=(published,),
    measures=(HERFINDAHL, EQUAL, MARKET, TOTAL),
)
