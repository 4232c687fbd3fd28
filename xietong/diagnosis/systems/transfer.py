"""Technology transfer: who sells to whom, how much lands under each denominator, what is offered and wanted.

The matrix stands in ``transfer_matrix``, offers, needs and the way from contract to product in ``transfer_pipeline``.
"""

from __future__ import annotations

from xietong.diagnosis.systems.behind import behind, labels, number, unit
from xietong.diagnosis.systems.scope import Kind, Scope
from xietong.diagnosis.systems.transfer_matrix import leaving_out, matrix, warnings
from xietong.diagnosis.systems.transfer_pipeline import funnel, matches, offers_and_needs
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Column, Page, Row, Section

_NUMBERS = ("sold", "cells", "bought", "mutual", "implied")
_LISTS = ("rates", "series", "sums", "rivals")


def transfer(scope: Scope) -> Page:
    """Return the page of technology transfer."""
    text = Label(
        "卖方与买方两册合同对账、三种分母下的落地率、公布合计的核对、供需匹配，以及由合同到产品还缺哪几步",
        "The contracts of two registers held against one another, what lands under three denominators, published sums "
        "checked, offers and needs matched, and which steps from contract to product nobody has published",
    )
    sections = (
        matrix(scope), leaving_out(scope), _rates(scope), _series(scope), warnings(scope),
        offers_and_needs(scope), matches(scope), funnel(scope),
    )  # fmt: skip
    return Page(scope.name, Label.parse(str(scope.spec["label"])), text, sections)


def _rates(scope: Scope) -> Section:
    """Return the landing rates of the year side by side, each with its denominator."""
    year, rows = str(scope.spec["year"]), []
    for name in map(str, scope.spec["rates"]):
        at = {"period": year} if year in labels(scope, name, "period") else {}
        over = Label.parse(str(scope.spec["denominators"][name]))
        finding = scope.finding(name)
        rows.append(Row((finding.label, over, number(scope, name, **at)), behind(scope, name, **at), finding=name))
    implied = str(scope.spec["implied"])
    value, low, high = (number(scope, implied, part=part) for part in labels(scope, implied, "part"))
    amount = unit(scope, implied)
    whole = scope.finding(implied).label
    note = Label(
        f"{whole.zh}为 {value:.1f} {amount.zh}，占比只印到一位小数，可在 {low:.1f} 至 {high:.1f} 之间；"
        "用它去除得回同一占比，不是验证",
        f"{whole.en}: {value:.1f} {amount.en}, or anything from {low:.1f} to {high:.1f}, since the share has one "
        "decimal; "
        "dividing by it gives the share back and proves nothing",
    )
    told = [f"{row.cells[2]:.2f}%" for row in rows]
    text = Label(
        f"同一年、同一卖方，落地率因分母不同而是 {'、'.join(told)}；没有分母的落地率说明不了什么",
        f"One year and one seller, and the landing rate is {', '.join(told)} by the denominator; without one it says "
        "nothing",
    )
    columns = (
        Column("rate", Label("落地率", "Landing rate")),
        Column("over", Label("分子与分母", "Numerator and denominator")),
        Column("value", Label("数值", "Value"), Label("%", "%"), 2),
    )
    notes = (
        note,
        Label(
            "总部所在地签约、别处施工的合同计在总部；一项大型工程合同可以使一年跳动；成交额不是知识的转移",
            "A contract counts where the head office signs it; one large construction contract moves a year; turnover "
            "is no "
            "transfer of knowledge",
        ),
    )
    title = Label(f"落地率与分母，{year} 年", f"Landing rates and their denominators, {year}")
    return Section("rates", title, (text,), columns, tuple(rows), notes, (), ("reconciliation.implied_whole",))


def _series(scope: Scope) -> Section:
    """Return every published year of the flows, one row a finding, place and year."""
    rows = []
    for name in map(str, scope.spec["series"]):
        places, whole = labels(scope, name, "place"), unit(scope, name)
        for place in places or ("",):
            for year in labels(scope, name, "period"):
                at = {"period": year} | ({"place": place} if place else {})
                who = scope.pack.gazetteer.label(place, "zh") if place else ""
                told = scope.finding(name).label
                label = Label(f"{told.zh} {who}".rstrip(), f"{told.en} {_english(scope, place)}".rstrip())
                cells = (label, year, number(scope, name, **at), whole)
                rows.append(Row(cells, behind(scope, name, **at), finding=name))
    columns = (
        Column("what", Label("数列", "Series")),
        Column("period", Label("年份", "Year")),
        Column("value", Label("数值", "Value"), digits=2),
        Column("unit", Label("单位", "Unit")),
    )
    figure = {
        "kind": "lines",
        "series": [_line(scope, str(name)) for name in scope.spec["rivals"]],
    }
    note = Label(
        "一年有两个公布值时两条都列；没有公布的年份不补",
        "Where a year has two published values both are listed; years without one are not filled",
    )
    text = Label("历年公布的流量与占比", "Flows and shares of every published year")
    return Section(
        "series", Label("流量时序", "Flows over time"), (text,), columns, tuple(rows), (note,), figure=figure
    )


def _line(scope: Scope, name: str) -> dict[str, object]:
    told, amount = scope.finding(name).label, unit(scope, name)
    points = [[year, number(scope, name, period=year)] for year in labels(scope, name, "period")]
    return {"label": [told.zh, told.en], "unit": [amount.zh, amount.en], "points": points}


def _english(scope: Scope, place: str) -> str:
    return scope.pack.gazetteer.label(place, "en") if place else ""


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return one error for each name in the choices that leads nowhere."""
    spec, who, errors = document.table(*path), f"system {path[-1]}", list[XietongError]()
    names = {str(spec[key]) for key in _NUMBERS} | {str(one) for key in _LISTS for one in spec[key]}
    if str(spec["members"]) not in pack.gazetteer.perimeters:
        where = document.where(*path, "members")
        errors.append(UnknownName(who, "perimeter", str(spec["members"]), pack.gazetteer.perimeters, where=where))
    else:
        inside = pack.gazetteer.members(str(spec["members"]), who)
        errors += [
            UnknownName(who, f"member of {spec['members']}", str(spec[key]), inside, where=document.where(*path, key))
            for key in ("seller", "buyer")
            if str(spec[key]) not in inside
        ]
    if len(spec["rivals"]) != 2:
        where = document.where(*path, "rivals")
        errors.append(PackError(who, f"'rivals' names {len(spec['rivals'])} findings, and wants two", where=where))
    for name in map(str, spec["rates"]):
        if name not in spec["denominators"]:
            ways = (f'add "{name}" = "中文 | English" under denominators',)
            where = document.where(*path, "rates")
            errors.append(PackError(who, f"the rate '{name}' has no denominator in words", where=where, ways=ways))
    for stage in document.table(*path, "funnel"):
        errors += _stage_problems(document, (*path, "funnel", stage), pack, names)
    return errors


def _stage_problems(document: Document, path: tuple[str, ...], pack: Pack, names: set[str]) -> list[XietongError]:
    told, who = document.table(*path), f"stage {path[-1]}"
    optional = ("finding", "select", "register", "total", "items", "missing")
    errors = document.demand(path, ("label",), optional, tables=("select", "total", "items"))
    if sum(key in told for key in ("finding", "register", "missing")) != 1:
        ways = ("say finding = …, register = …, or missing = …",)
        errors.append(PackError(who, "a stage has one source", where=document.where(*path), ways=ways))
    if "finding" in told and told["finding"] not in names:
        where = document.where(*path, "finding")
        errors.append(UnknownName(who, "finding of this system", str(told["finding"]), names, where=where))
    if "register" in told and told["register"] not in pack.registers:
        where = document.where(*path, "register")
        errors.append(UnknownName(who, "class of register", str(told["register"]), pack.registers, where=where))
    return errors


TRANSFER = Kind(
    transfer,
    required=(
        "members", "year", "seller", "buyer", *_NUMBERS, "rounding", *_LISTS, "denominators", "offers", "needs",
        "count", "funnel",
    ),
    registers=("offers", "needs"),
    findings=(*_NUMBERS, *_LISTS),
    shapes={"tables": ("denominators", "funnel"), "lists": _LISTS, "numbers": ("rounding",), "counts": ("count",)},
    problems=_problems,
)  # fmt: skip
