"""Access by place as sections of a page: every county, borders open and closed, the worst off, how fragile it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from xietong.diagnosis.systems.published import IMPORT, behind, cited, place_label
from xietong.diagnosis.systems.scope import sources
from xietong.diagnosis.systems.service_access import DECAYS, MEASURES, Access, Setting
from xietong.library.labels import Label
from xietong.library.pages import NOTHING, Cell, Column, Missing, Row, Section, Source
from xietong.library.registers.items import Item

KM, PEOPLE, TENTH = Label("公里", "km"), Label("万人", "10,000 people"), 0.1
_TEN_THOUSAND = 10_000
_NEAREST = (
    Column("people", Label("常住人口", "Residents"), PEOPLE, 1),
    Column("nearest", Label("最近一处", "To the nearest"), KM, 1),
    Column("site", Label("最近的是", "The nearest is")),
)
_REACH = (
    Column("within", Label("阈值内处数", "Within the threshold")),
    Column("shared", Label("每百万人分到的处数", "Sites per million people"), NOTHING, 2),
)


def access_sections(setting: Setting) -> tuple[Section, ...]:
    """Return what is known of access: by county, by province, the worst off, fragility, what could not be placed."""
    open_one = setting.access(setting.main)
    closed = setting.access(replace(setting.main, closed=True))
    count = int(setting.scope.spec["worst"])
    return (
        _counties(setting, open_one, closed),
        _borders(setting, open_one, closed),
        _worst(setting, open_one, count),
        _fragility(setting, open_one, count),
        _lost(setting),
    )


def _number(value: float) -> float | None:
    """Return a number for a page, None where nothing can be reached."""
    return None if math.isnan(value) else float(value)


def _county(setting: Setting, one: Access, at: int) -> tuple[tuple[Cell, ...], tuple[Source, ...]]:
    """Return name, province, people, nearest site of a county, and what they stand on."""
    scope, site = setting.scope, one.sites[at]
    code = one.pairs.demand.ids[at]
    found: Item | None = None if site is None else list(setting.sites.values())[site][0]
    lines = behind(scope, str(scope.spec["people"]), {"place": code})
    told = (*cited(scope, lines), *(sources(found) if found else ()))
    people = one.pairs.demand.people[at] / _TEN_THOUSAND
    name = place_label(scope, [code])
    province = place_label(scope, [one.pairs.demand.groups[at]])
    return (name, province, people, _number(one.nearest[at]), found.name if found else None), told


_PLACE = (Column("county", Label("区县", "County")), Column("province", Label("省市", "Province")))


def _counties(setting: Setting, one: Access, closed: Access) -> Section:
    columns = (*_PLACE, *_NEAREST, Column("closed", Label("不跨省界时", "With borders closed"), KM, 1), *_REACH)
    rows = []
    for at in range(len(one.pairs.demand.ids)):
        cells, told = _county(setting, one, at)
        reach = (_number(closed.nearest[at]), float(one.within[at]), float(one.shared[at]))
        rows.append(Row((*cells, *reach), told))
    values = dict(zip(one.pairs.demand.ids, (_number(round(km, 1)) for km in one.nearest), strict=True))
    label = Label("到最近一处的公里数", "Kilometres to the nearest site")
    figure = {"kind": "places_map", "values": values, "unit": [KM.zh, KM.en], "label": [label.zh, label.en]}
    text = Label(
        f"{len(values)} 个区县到 {len(setting.sites)} 处的距离：球面距离乘绕行系数 {setting.detour.value:g}；"
        f"阈值 {setting.threshold.value:g} 公里；分配按 {DECAYS['steps'].zh}",
        f"Distance of {len(values)} counties to {len(setting.sites)} sites: great circle times a detour of "
        f"{setting.detour.value:g}; threshold {setting.threshold.value:g} km; shared by {DECAYS['steps'].en}",
    )
    notes = (
        Label(
            "供给只数处数：分区县的床位与医师未见公布，大院小院同算一处",
            "Supply counts sites: beds and physicians by county were not found, so a large and a small one count alike",
        ),
        Label(
            "区县以边界数据的注记点代表：在界内、近面积中部，不是政府驻地，也不是人口重心；山区大县误差最大",
            "A county stands at the label point of the boundary data: inside it and near its middle, neither the seat "
            "of its government nor the middle of its people; large mountain counties are least certain",
        ),
        Label(
            f"绕行系数：{setting.detour.reason.zh}；阈值：{setting.threshold.reason.zh}",
            f"Detour: {setting.detour.reason.en}; threshold: {setting.threshold.reason.en}",
        ),
    )
    title = Label("各区县的可达性", "Access of every county")
    return Section("access", title, (text,), columns, tuple(rows), notes, measures=MEASURES, figure=figure)


def _borders(setting: Setting, one: Access, closed: Access) -> Section:
    """Return how many people live beyond the threshold, borders of provinces open and closed."""
    columns = (
        Column("province", Label("省市", "Province")),
        Column("people", Label("常住人口", "Residents"), PEOPLE, 1),
        Column("open", Label("阈值外（可跨省）", "Beyond, borders open"), PEOPLE, 1),
        Column("closed", Label("阈值外（不跨省）", "Beyond, borders closed"), PEOPLE, 1),
        Column("gain", Label("跨省带来", "What crossing gives"), PEOPLE, 1),
        Column(
            "low", Label(f"可跨省，阈值 {setting.threshold.low:g}", f"Open, at {setting.threshold.low:g} km"), PEOPLE, 1
        ),
        Column(
            "high",
            Label(f"可跨省，阈值 {setting.threshold.high:g}", f"Open, at {setting.threshold.high:g} km"),
            PEOPLE,
            1,
        ),
    )
    tables = (one.beyond(), closed.beyond(), one.beyond(setting.threshold.low), one.beyond(setting.threshold.high))
    finding = str(setting.scope.spec["people"])
    rows = []
    for groups in (*((name,) for name in one.people_of_groups), tuple(one.people_of_groups)):
        people = sum(one.people_of_groups[group] for group in groups) / _TEN_THOUSAND
        out = [sum(table[group] for group in groups) / _TEN_THOUSAND for table in tables]
        label = place_label(setting.scope, groups) if len(groups) == 1 else Label("合计", "Together")
        rows.append(Row((label, people, out[0], out[1], out[1] - out[0], *out[2:]), finding=finding))
    mean, worst = one.mean_of_worst(1.0), one.mean_of_worst(TENTH)
    text = Label(
        f"人均到最近一处 {mean:.1f} 公里，路最远的一成人 {worst:.1f} 公里；"
        f"不跨省界时为 {closed.mean_of_worst(1.0):.1f} 与 {closed.mean_of_worst(TENTH):.1f} 公里",
        f"A person has {mean:.1f} km to the nearest site on average, the tenth with the longest way {worst:.1f} km; "
        f"with borders closed {closed.mean_of_worst(1.0):.1f} and {closed.mean_of_worst(TENTH):.1f} km",
    )
    note = Label(
        "跨省“带来”的是距离，不是待遇：异地就医能否结算、能否挂号不在此表",
        "What crossing gives is distance and no entitlement: settlement across provinces is not in this table",
    )
    title = Label("阈值之外的人口", "People beyond the threshold")
    return Section("beyond", title, (text,), columns, tuple(rows), (note,), measures=(MEASURES[3], MEASURES[6]))


def _worst(setting: Setting, one: Access, count: int) -> Section:
    rows = []
    for rank, at in enumerate(one.worst(count), 1):
        cells, told = _county(setting, one, at)
        rows.append(Row((rank, *cells, float(one.within[at]), float(one.shared[at])), told))
    columns = (Column("rank", Label("位次", "Rank")), *_PLACE, *_NEAREST, *_REACH)
    text = Label(
        "到最近一处最远的区县，最远的在前", "The counties with the longest way to the nearest site, longest first"
    )
    return Section("worst", Label("最远的区县", "Worst off"), (text,), columns, tuple(rows), measures=MEASURES[:2])


def _fragility(setting: Setting, main: Access, count: int) -> Section:
    """Return what every choice that could be made otherwise does to the people beyond and to the worst off."""
    columns = (
        Column("case", Label("改变的选择", "Choice changed")),
        Column("beyond", Label("阈值外人口", "People beyond"), PEOPLE, 1),
        Column("far", Label(f"最远 {count} 个中不变的", f"Same among the {count} farthest")),
        Column("few", Label("人均处数最少的一半中不变的", "Same among the half with the fewest per person")),
        Column("none", Label("阈值内一处都没有的", "Counties with none in reach")),
        Column("first", Label("最远的", "The farthest")),
    )
    rows = []
    for case in setting.cases():
        one = setting.access(case)
        out = sum(one.beyond().values()) / _TEN_THOUSAND
        far, few = (len(set(a) & set(b)) for a, b in _both(main, one, count))
        none = int((one.within == 0).sum())
        first = place_label(setting.scope, [one.pairs.demand.ids[one.worst(1)[0]]])
        rows.append(Row((case.label, out, far, few, none, first), finding=str(setting.scope.spec["people"])))
    notes = (
        Label(
            "最近距离的排名不受绕行系数与阈值影响（同乘一数），阈值外人口受；按人均处数的排名受阈值与衰减影响",
            "The ranking by nearest distance is the same at every detour and threshold, people beyond are not; the "
            "ranking by sites per person moves with threshold and decay",
        ),
        Label(
            "名单约为2010年，之后升为三甲的医院不在内：结论说的是名单，不是今天",
            "The list is of about 2010 and lacks hospitals that rose to the grade since: the result speaks of the list",
        ),
    )
    return Section(
        "fragility", Label("结论有多脆弱", "How fragile this is"), (), columns, tuple(rows), notes, measures=MEASURES
    )


def _both(main: Access, one: Access, count: int) -> Sequence[tuple[list[int], list[int]]]:
    half = len(main.pairs.demand.ids) // 2
    return (main.worst(count), one.worst(count)), (main.least(half), one.least(half))


def _lost(setting: Setting) -> Section:
    """Return what could not be placed: sites without a point by province, and people of zones without an outline."""
    scope, zones = setting.scope, setting.scope.finding(str(setting.scope.spec["zones"]))
    rows = []
    for item in setting.lost:
        rows.append(
            Row((item.name, place_label(scope, item.places), Label("无坐标", "no point")), sources(item), item.ref)
        )
    series = zones.series
    people = float(series.values.sum()) / _TEN_THOUSAND if series else 0.0
    twice = [items for items in setting.sites.values() if len(items) > 1]
    text = (
        Label(
            f"{len(setting.lost)} 条没有坐标，未计入；{len(twice)} 处有两条以上同址，各算一处",
            f"{len(setting.lost)} entries have no point and are left out; {len(twice)} sites stand under several "
            "entries and count once",
        ),
        Label(
            f"单列开发区的 {people:.1f} 万人没有边界，无法落点，未计入需求",
            f"{people * _TEN_THOUSAND:,.0f} people of zones counted apart have no outline and are no part of demand",
        ),
    )
    missing = Missing(
        Label("分区县床位、医师与诊疗人次", "beds, physicians and visits by county"),
        Label("未见公布，只有省级数", "not found published, provinces only"),
        (IMPORT,),
    )
    columns = (
        Column("name", Label("名称", "Name")),
        Column("place", Label("地点", "Place")),
        Column("why", Label("原因", "Why")),
    )
    return Section(
        "lost", Label("没有落到图上的", "What could not be placed"), text, columns, tuple(rows), (), (missing,)
    )
