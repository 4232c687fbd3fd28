"""The culture resource library by place: sites per head with a caution on small numbers, facilities, and leads.

A count of a register is no sample, so no interval is printed; what one site more or less would do is printed beside
each rate instead, and a count below the threshold of the study is marked.
"""

from __future__ import annotations

from xietong.diagnosis.systems.holdings import Holdings, per_head, publications, series_of
from xietong.diagnosis.systems.scope import sources
from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section, Source
from xietong.library.periods import span
from xietong.library.registers.totals import Held

_RATE = Label("项/10万人", "per 100,000 residents")


def gaps(held: Holdings) -> Section:
    """Return what is listed in each place, per head, and the places of which nothing is listed."""
    series, few = held.residents, int(held.scope.spec["few"])
    people = [float(one) for one in series.values]
    inside = [[one for one in held.sites.values() if held.lies_in(one, code)] for code in held.cities]
    named = [[one for one in held.heritage.values() if held.lies_in(one, code)] for code in held.cities]
    rates = per_head([len(one) for one in inside], people, series.unit)
    steps = per_head([1.0] * len(people), people, series.unit)
    columns = (
        Column("place", Label("地区", "Place")),
        Column("heritage", held.heritage.kind.label),
        Column("sites", held.sites.kind.label),
        Column("people", Label("常住人口", "Residents"), Label(series.unit, series.unit), 1),
        Column("rate", Label("人均景区", "Sites per head"), _RATE, 2),
        Column("step", Label("多一处或少一处", "One site more or less"), _RATE, 3),
        Column("few", Label("小数提示", "Small numbers")),
    )
    rows = []
    for at, code in enumerate(held.cities):
        caution = (
            Label(f"不足 {few} 处，不宜排名", f"fewer than {few}, not to be ranked") if len(inside[at]) < few else None
        )
        cells: tuple[Cell, ...] = (
            held.label(code), len(named[at]), len(inside[at]), people[at], rates[at], steps[at], caution,
        )  # fmt: skip
        told = publications([*named[at], *inside[at]])
        rows.append(Row(cells, told, finding=str(held.scope.spec["residents"])))
    empty = held.together([code for code, one in zip(held.cities, named, strict=True) if not one])
    text = Label(
        f"没有一项文化资源列名到市的地区：{empty.zh or '无'}",
        f"Places of which no item of heritage is listed as far as the city: {empty.en or 'none'}",
    )
    return Section(
        "places", Label("按地区的空白", "Gaps by place"), (text,), columns, tuple(rows), _cautions(held),
        measures=("shares.per_head",),
    )  # fmt: skip


def _cautions(held: Holdings) -> tuple[Label, ...]:
    reach = {code for city in held.cities for code in held.areas[city]}
    above = [
        one for register in held.registers for one in register.values() if one.places and not reach & {*one.places}
    ]
    partly = [
        one for register in held.registers for one in register.values()
        if reach & {*one.places} and not {*one.places} <= reach
    ]  # fmt: skip
    ends = [each.edition for each in held.sites.kind.origins.values() if each.edition]
    first, last = min(ends, default=""), max(ends, default="")
    return (
        Label(
            f"没有列名不等于没有：{len(above)} 项只知到上一级，{len(partly)} 项的一部分地点只知到上一级，都不计入其下",
            f"Not listed is not absent: {len(above)} items have no place but one further up, {len(partly)} have some "
            "such place, and these count in none of the places below",
        ),
        Label(
            f"名单的截止日不同（{first} 至 {last}），人口另有时点；换成别的年份，次序会变",
            f"The lists end on different days ({first} to {last}) and residents are of another; another year changes "
            "the order",
        ),
    )


def reach(held: Holdings) -> Section:
    """Return the published facts of facilities per head, and what a service circle would need."""
    columns = (
        Column("kind", Label("设施", "Facility")),
        Column("place", Label("地区", "Place")),
        Column("scope", Label("口径", "Scope")),
        Column("date", Label("截至", "As of")),
        Column("count", Label("个数", "Number")),
        Column("year", Label("人口年份", "Year of residents")),
        Column("rate", Label("人均", "Per head"), Label("个/10万人", "per 100,000 residents"), 2),
    )
    grouped = held.grouped()
    rows = []
    for word in map(str, held.scope.spec["facilities"]):
        for code in held.members:
            for one in grouped.get((word, code), [])[-1:]:
                rows.append(_facility(held, word, code, one))
    text = Label(
        "服务圈覆盖率要有设施点位、人口格网和公布的时限，缺的列在下面；可知的只是每十万人的个数，取各地最近一次公布",
        "Coverage by service circles needs locations, a grid of residents and a published time; what lacks is named "
        "below. What can be known is the number per 100,000 residents, from the newest publication of each place",
    )
    note = Label(
        "各地口径与年份不同，个数不反映规模；地区之间不宜直接排名，换一个出处（见并存的总数）结论会变",
        "Scope and year differ, and a number says nothing of size; the places should not be ranked, and another "
        "publication (see the totals beside each other) changes what is found",
    )
    words = [str(one) for one in held.scope.spec["circle"]]
    told = [one for one in held.heritage.kind.not_published if any(word in one.label.zh for word in words)]
    missing = tuple(Missing(one.label, one.reason) for one in told)
    return Section(
        "reach", Label("文化服务圈", "Service circles"), (text,), columns, tuple(rows), (note,), missing,
        ("shares.per_head",),
    )  # fmt: skip


def _facility(held: Holdings, word: str, code: str, one: Held) -> Row:
    yearly = str(held.scope.spec["yearly"])
    series = series_of(held.scope.finding(yearly))
    end = span(one.total.date).end
    year = str(end.year if (end.month, end.day) == (12, 31) else end.year - 1)
    known = year in series.axis("period").labels and code in series.axis("place").labels
    people = float(series.select(place=code, period=year).values) if known else None
    rate = per_head([float(one.total.value)], [people], series.unit)[0] if people is not None else None
    told: tuple[Cell, ...] = (held.word(word), held.label(code), one.total.label, one.total.date)
    cells = (*told, float(one.total.value), year if known else None, rate)
    return Row(cells, (Source.of(one.origin, one.total.line),), finding=yearly if known else "")


def leads(held: Holdings) -> Section:
    """Return the sites whose names say that they may be of a kind of which no list was published."""
    words = [str(one) for one in held.scope.spec["also"]]
    found = [one for one in held.sites.values() if any(word in one.name for word in words)]
    columns = (
        Column("name", Label("名称", "Name")),
        Column("place", Label("地区", "Place")),
        Column("grade", held.sites.kind.attributes[str(held.scope.spec["grade"])].label),
    )
    rows = []
    for one in sorted(found, key=lambda each: (each.places, each.id)):
        grade = one[str(held.scope.spec["grade"])]
        rows.append(Row((one.name, held.together(one.places), grade[0].text if grade else None), sources(one), one.ref))
    told = "、".join(words)
    text = Label(
        f"{len(found)} 处景区名称含{told}：可据此补充名录，但名称不说明是否备案，所以不计入",
        f"{len(found)} sites carry {told} in their names: leads for a list, which count nowhere because a name does "
        "not say that a museum is on file",
    )
    return Section("leads", Label("可供补充的线索", "Leads"), (text,), columns, tuple(rows))
