"""Sourcing inside the region as published, who supplies whom, and the lists that offices keep; none is made up."""

from __future__ import annotations

import numpy as np

from xietong.diagnosis.systems.chain_facts import STATE, chain_of, first, form, state, word
from xietong.diagnosis.systems.chain_nodes import members
from xietong.diagnosis.systems.scope import Scope, sources
from xietong.library.labels import Label
from xietong.library.pages import Column, Missing, Row, Section, Source
from xietong.library.registers.items import Item
from xietong.library.registers.links import Link
from xietong.recipes.measuring import Given, measured

SUPPLIES = "supplies"
LINK = Label(
    "在 registers/links.csv 加一行：来源企业, supplies, 去向企业, 日期, 出处, 产品；xietong check 检查",
    "add a line to registers/links.csv: supplier, supplies, customer, date, publication, product; xietong check checks",
)
_NO_SUPPLY = Missing(
    Label("企业之间的供应关系", "supplies between firms"),
    Label("没有登记一条；未见公布", "none is registered, and none was found published"),
    (LINK,),
)


def sourcing_section(scope: Scope) -> Section:
    """Return what is published on sourcing inside the region: shares apart from counts, and chains without any."""
    chains, spec = scope.register("chains"), scope.spec["sourcing"]
    facts = [scope.register("segments")[one] for one in spec["facts"]]
    told: list[Row] = []
    for chain in chains:
        found = [one for one in facts if chain_of(one) == chain]
        told += [_sourced(chains[chain].name, one) for one in found]
        none = Label("未公布", "not published")
        told += [] if found else [Row((chains[chain].name, none, none, none, none))]
    told += [
        Row(
            (item.name, Label("集群", "cluster"), attribute.label, value.text, _kind(value.text)),
            (Source.of(value.origin, value.where),),
            item.ref,
        )
        for item in scope.register("clusters").values()
        for attribute in item.kind.attributes.values()
        if attribute.kind == "text"
        for value in item[attribute.id]
        if "%" in value.text
    ]
    columns = (
        Column("chain", Label("产业链或集群", "Chain or cluster")),
        Column("what", Label("环节", "Segment")),
        Column("fact", Label("事实", "Fact")),
        Column("figure", Label("数值原样", "Figure as printed")),
        Column("kind", Label("是占比还是个数", "Share or count")),
    )
    note = Label(
        "个数没有区外供应商作分母，不能化成配套率；各数口径、年份与供应对象不同，不能相加",
        "A count has no suppliers outside to be divided by and gives no rate; the figures differ in scope, year and "
        "customer and are not added",
    )
    text = Label("公布过的区域内配套，照原样列出", "In-region sourcing as published, in the words of the sources")
    title, said = Label("区域内配套", "In-region sourcing"), Label.parse(str(spec["reason"]))
    return Section("sourcing", title, (text,), columns, tuple(told), (note, said))


def _sourced(chain: str, one: Item) -> Row:
    figure = first(one, "figure")
    return Row((chain, one.name, first(one, "fact"), figure, _kind(figure)), sources(one), one.ref)


def supply_section(scope: Scope) -> Section:
    """Return who supplies what by the links of the register, with the share from inside; none: not published."""
    register, registers = scope.register("firms"), scope.pack.registers
    start = f"{register.kind.id}:"
    links = [one for one in registers.links.all if one.relation == SUPPLIES and one.source.startswith(start)]
    columns = (
        Column("supplier", Label("供应企业", "Supplier")),
        Column("customer", Label("客户", "Customer")),
        Column("product", Label("产品", "Product")),
        Column("date", Label("日期", "Date")),
    )
    rows = tuple(
        Row(
            (registers.item(one.source).name, registers.item(one.target).name, one.note, one.date),
            (_cited(scope, one),),
            one.source,
        )
        for one in sorted(links)
    )
    missing = () if links else (_NO_SUPPLY,)
    text = Label(f"登记了 {len(links)} 条供应关系", f"{len(links)} supplies are registered")
    title, rates = Label("谁向谁供应什么", "Who supplies what to whom"), _rate(scope, links)
    return Section("supplies", title, (text, *rates), columns, rows, (), missing, ("chains.sourcing",) if rates else ())


def _rate(scope: Scope, links: list[Link]) -> tuple[Label, ...]:
    """Return the share of supplies to customers in the region that come from inside, in words; nothing without any."""
    inside = set().union(*members(scope).values())

    def stands(ref: str) -> bool:
        return bool(inside.intersection(scope.pack.registers.item(ref).places))

    ends = sorted((one.target, 0 if stands(one.source) else 1) for one in links if stands(one.target))
    customers = list(dict.fromkeys(target for target, _ in ends))
    if not ends:
        return ()
    inputs = np.zeros((len(customers), 2))
    for target, side in ends:
        inputs[customers.index(target), side] += 1
    data = {"inputs": Given(inputs), "inside": Given(np.array([1.0, 0.0]))}
    rate = measured("chains.sourcing", data).value
    return (
        Label(
            f"区域内客户的 {len(ends)} 条供应关系中，来自区域内的占 {rate:.1%}（按条数，不按金额）",
            f"Of {len(ends)} supplies to customers in the region {rate:.1%} come from inside (number, not value)",
        ),
    )


def list_section(scope: Scope) -> Section:
    """Return the entries of the lists that offices keep, by list and state; none: not published, with the form."""
    register = scope.register("lists")
    columns = (
        Column("list", Label("清单", "List")),
        Column("entry", Label("条目", "Entry")),
        Column("segment", Label("环节", "Segment")),
        Column("content", Label("内容", "Content")),
        *STATE,
    )
    rows = tuple(
        Row(
            (word(one, "list"), one.name, first(one, "segment"), first(one, "content"), *state(scope, one)),
            sources(one),
            one.ref,
        )
        for one in sorted(register.values(), key=lambda one: (first(one, "list"), one.id))
    )
    words = register.kind.attributes["list"].words
    given = {first(one, "list") for one in register.values()}
    reason = register.kind.not_published[0].reason if register.kind.not_published else register.kind.description
    missing = tuple(
        Missing(Label(f"{zh}清单", f"list of: {en}"), reason, (form(register.kind.id),))
        for zh, en in words.items()
        if zh not in given
    )
    return Section("lists", register.kind.label, (register.kind.description,), columns, rows, (), missing)


def _kind(figure: str) -> Label:
    return Label("占比", "share") if "%" in figure else Label("个数，无分母", "count without a denominator")


def _cited(scope: Scope, link: Link) -> Source:
    return Source.of((scope.pack.registers.links.origins or {})[link.origin], link.where)
