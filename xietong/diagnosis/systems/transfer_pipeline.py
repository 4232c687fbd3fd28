"""Offers and needs with their matches, and the way from a contract to a product with the number at each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xietong.diagnosis.systems.behind import behind, number, unit
from xietong.diagnosis.systems.scope import Scope, sources
from xietong.library.labels import Label
from xietong.library.numbers import is_number
from xietong.library.pages import NOTHING, Cell, Column, Missing, Row, Section, Source
from xietong.library.registers.classes import Total
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.recipes.matching import FITS, MEASURES, TESTS, Party, matched

_CONTRIBUTE = Label(
    "按登记模板补充：xietong register contribute；也可直接比对两份表：xietong match",
    "bring it in with the form of the register: xietong register contribute; or match two files: xietong match",
)
_NOT_PUBLISHED = Label("未公布", "not published")


def offers_and_needs(scope: Scope) -> Section:
    """Return how many offers and needs the registers hold, against what was announced."""
    rows, missing = [], []
    for key in ("offers", "needs"):
        register = scope.register(key)
        for total in register.kind.totals:
            cells = (register.kind.label, total.label, float(total.value), Label(total.unit, total.unit), len(register))
            rows.append(Row(cells, (_source(register, total),)))
        missing += [Missing(one.label, one.reason, (_CONTRIBUTE,)) for one in register.kind.not_published]
    columns = (
        Column("register", Label("登记册", "Register")),
        Column("target", Label("公布的目标", "Published target")),
        Column("value", Label("目标数", "Target")),
        Column("unit", Label("单位", "Unit")),
        Column("items", Label("已登记", "In the register")),
    )
    note = Label(
        "目标是要汇集多少，不是已有多少；名单从未公布，这里一条也不编",
        "A target is how many are to be collected and not how many there are; no list was ever published, and none is "
        "made up",
    )
    title = Label("成果与需求", "Offers and needs")
    return Section("offers", title, (), columns, tuple(rows), (note,), tuple(missing))


def matches(scope: Scope) -> Section:
    """Return the best offers for each need that the registers hold, with the reason for each."""
    offers, needs = ([_party(one) for one in scope.register(key).values()] for key in ("offers", "needs"))
    columns = (
        Column("need", Label("需求", "Need")),
        Column("rank", Label("名次", "Rank")),
        Column("offer", Label("成果", "Offer")),
        Column("score", Label("文本得分", "Score by text"), digits=3),
        Column("shared", Label("共有词串与权重", "Shared runs and their weights")),
        *(Column(name, label) for name, label in TESTS.items()),
        Column("assigned", Label("指派", "Assigned")),
    )
    title = Label("供需匹配", "Matches")
    if not offers or not needs:
        text = Label(
            "两册都有条目后，这里列出每项需求的前几名成果和理由",
            "Once both registers hold items, the best offers for each need stand here with the reason for each",
        )
        gap = Missing(Label("匹配结果", "matches"), Label("登记册是空的", "the registers are empty"), (_CONTRIBUTE,))
        return Section("matches", title, (text,), columns, missing=(gap,), measures=MEASURES)
    rows = []
    for one in matched(offers, needs, count=int(scope.spec["count"])):
        shared = "；".join(f"{text} {weight:.3f}" for text, weight in one.shared)
        tests = (_told(FITS[fits], one.given(name)) for name, fits in one.tests.items())
        items = (scope.register("needs")[one.need.id], scope.register("offers")[one.offer.id])
        cells: tuple[Cell, ...] = (
            one.need.name,
            one.rank,
            one.offer.name,
            one.score,
            shared,
            *tests,
            FITS[one.assigned],
        )
        rows.append(Row(cells, tuple(line for item in items for line in sources(item)), items[1].ref))
    note = Label(
        "分数只在同一需求之内可比；名次由两方名单融合而成；条目少时词的稀有程度不可靠，公文套话会被当成内容",
        "Scores can be compared within one need only; ranks fuse the lists of both sides; with few items the rarity "
        "of a word "
        "says little, and official phrases pass for content",
    )
    return Section("matches", title, (), columns, tuple(rows), (note,), measures=MEASURES)


def _told(fits: Label, given: str) -> Label:
    return Label(f"{fits.zh}（{given}）", f"{fits.en} ({given})")


def _party(item: Item) -> Party:
    """Return an item of the register of offers or of needs as what is matched."""

    def first(name: str) -> str:
        known = item[name] if name in item.kind.attributes else ()
        return known[0].text if known else ""

    def figure(*names: str) -> float | None:
        return next((float(first(name)) for name in names if is_number(first(name))), None)

    fields = item.kind.attributes["field"].parts(first("field")) if "field" in item.kind.attributes else ()
    capacity = figure("capacity")
    return Party(
        item.id, item.name, first("summary"), fields, item.places, figure("readiness"), figure("price", "budget"),
        1 if capacity is None else int(capacity), item.leading.where,
    )  # fmt: skip


def funnel(scope: Scope) -> Section:
    """Return the stages from contract to product, each with its published number or none."""
    rows, missing, stages = [], [], []
    for name, told in scope.spec["funnel"].items():
        label = Label.parse(str(told["label"]))
        found = _numbers(scope, told)
        for row in found:
            rows.append(Row((label, *row.cells), row.sources, row.ref, row.finding))
        if not found:
            why = Label.parse(str(told.get("missing", _NOT_PUBLISHED)))
            rows.append(Row((label, _NOT_PUBLISHED, None, NOTHING)))
            missing.append(Missing(label, why, (_CONTRIBUTE,)))
        value = found[-1].cells[1] if found else None
        amount = found[-1].cells[2] if found else NOTHING
        known = [amount.zh, amount.en] if isinstance(amount, Label) else ["", ""]
        stages.append({"id": name, "label": [label.zh, label.en], "value": value, "unit": known})
    columns = (
        Column("stage", Label("阶段", "Stage")),
        Column("what", Label("公布的数", "Published number")),
        Column("value", Label("数值", "Value"), digits=1),
        Column("unit", Label("单位", "Unit")),
    )
    note = Label(
        "各阶段单位不同、登记不同、年份不同，相除得不出转化率；园区的数是签约或入驻，不是投产",
        "Stages differ in unit, register and year, so that no quotient of them is a rate of conversion; figures of "
        "parks are of "
        "signing or moving in, not of production",
    )
    figure = {"kind": "funnel", "stages": stages}
    title = Label("由合同到产品", "From contract to product")
    return Section("funnel", title, (), columns, tuple(rows), (note,), tuple(missing), figure=figure)


def _numbers(scope: Scope, told: Mapping[str, Any]) -> list[Row]:
    """Return the numbers of a stage: what it is, the value, its unit, and the lines behind it."""
    if "finding" in told:
        name, at = str(told["finding"]), {str(axis): str(label) for axis, label in told.get("select", {}).items()}
        what = scope.finding(name).label
        when = at.get("period", "")
        cells = (Label(f"{what.zh} {when}", f"{what.en} {when}"), number(scope, name, **at), unit(scope, name))
        return [Row(cells, behind(scope, name, **at), finding=name)]
    if "register" not in told:
        return []
    register = scope.pack.registers[str(told["register"])]
    if "total" in told:
        wanted = {str(key): str(text) for key, text in told["total"].items()}
        totals = [one for one in register.kind.totals if dict(one.where) == wanted]
        return [
            Row((one.label, float(one.value), Label(one.unit, one.unit)), (_source(register, one),)) for one in totals
        ]
    wanted_items = [one for one in register.values() if _is(one, told.get("items", {}))]
    rows = [
        Row((f"{one.name}：{text}" if (text := _scope_of(one)) else one.name, None, NOTHING), sources(one), one.ref)
        for one in wanted_items
    ]
    count = Label("有名可列的个数", "number of those that are named")
    lines = tuple(dict.fromkeys(line for row in rows for line in row.sources))
    return [*rows, Row((count, float(len(rows)), Label("个", "items")), lines)] if rows else []


def _is(item: Item, wanted: Mapping[str, Any]) -> bool:
    return all({value.text for value in item[name]} & {*map(str, words)} for name, words in wanted.items())


def _scope_of(item: Item) -> str:
    values = item["scope"] if "scope" in item.kind.attributes else ()
    return "；".join(dict.fromkeys(value.text for value in values))


def _source(register: Register, total: Total) -> Source:
    return Source.of(register.kind.origins[total.origin], total.line)
