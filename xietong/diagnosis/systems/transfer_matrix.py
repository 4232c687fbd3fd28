"""The matrix of sellers and buyers: what each flow can be, whose books it is from, and which sums do not hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from xietong.diagnosis.systems.behind import behind, books, labels, named, number, unit
from xietong.diagnosis.systems.scope import Scope
from xietong.library.labels import Label
from xietong.library.pages import Column, Row, Section, Source
from xietong.recipes.measuring import Given, measured

_BOUNDS, _GAP, _LEFT = (f"reconciliation.{name}" for name in ("possible_flows", "contradiction", "unplaced"))
_BOOKS = {
    "seller": Label("卖方登记", "sellers' register"),
    "buyer": Label("买方登记", "buyer's register"),
    "both": Label("两册合用", "both registers"),
}
_STATES = {
    "published": Label("公布", "published"),
    "follows": Label("由总数推出", "follows from the totals"),
    "open": Label("只有上下界", "bounds only"),
}
_SAME = 1e-6
"""What two bounds may differ by and still be one number."""
_RECONCILED = Label(
    "对账所得，不是统计所得：两册（卖方登记、买方登记）的数字放进一张表，假定它们说的是同一批合同",
    "Reconciled, not measured: numbers of two registers, the sellers' and the buyer's, stand in one table as if they "
    "spoke of the same contracts",
)


@dataclass(frozen=True)
class Known:
    """What was published of one year: cells, totals of one seller and one buyer, and all flows together."""

    places: tuple[str, ...]
    cells: NDArray[np.float64]
    out: NDArray[np.float64]
    into: NDArray[np.float64]
    total: float

    def data(self) -> dict[str, Given]:
        """Return the numbers as a measure takes them."""
        names = (self.places, self.places)
        return {
            "flows": Given(self.cells, names),
            "outflows": Given(self.out, names[:1]),
            "inflows": Given(self.into, names[:1]),
            "total": Given(np.array(self.total)),
        }

    def without(self, which: str) -> Known:
        """Return the same without one total: ``out``, ``into`` or ``total``."""
        nothing = np.full(len(self.places), np.nan)
        return {
            "out": replace(self, out=nothing),
            "into": replace(self, into=nothing),
            "total": replace(self, total=float("nan")),
        }[which]


def known(scope: Scope) -> Known:
    """Return what the findings of the system say of its year."""
    spec, year = scope.spec, str(scope.spec["year"])
    places = tuple(scope.pack.gazetteer.members(str(spec["members"]), f"system {scope.name}"))
    seller, buyer = places.index(str(spec["seller"])), places.index(str(spec["buyer"]))
    cells = np.full((len(places), len(places)), np.nan)
    out, into = np.full(len(places), np.nan), np.full(len(places), np.nan)
    for at, place in enumerate(places):
        if at != buyer:
            cells[at, buyer] = number(scope, str(spec["cells"]), place=place, period=year)
    out[seller] = number(scope, str(spec["sold"]), period=year)
    into[buyer] = number(scope, str(spec["bought"]), period=year)
    return Known(places, cells, out, into, number(scope, str(spec["mutual"])))


def matrix(scope: Scope) -> Section:
    """Return the matrix with its bounds, the books of each cell, and the lines behind it."""
    told, rounding = known(scope), float(scope.spec["rounding"])
    exact = measured(_BOUNDS, told.data()).values
    wide = measured(_BOUNDS, told.data(), {"rounding": rounding}).values
    left = measured(_LEFT, told.data()).value
    names = [named(scope, place) for place in told.places]
    rows, cells = [], []
    for one, other in permutations(range(len(told.places)), 2):
        low, high = (float(end) for end in exact[one, other])
        state = "open" if not high - low <= _SAME else "follows" if np.isnan(told.cells[one, other]) else "published"
        lines, whose = _behind(scope, told, one, state)
        ends = [None if np.isnan(end) else float(end) for end in (low, high, *wide[one, other])]
        rows.append(Row((names[one], names[other], *ends, _STATES[state], _BOOKS[whose]), lines))
        cells.append({"from": one, "to": other, "low": ends[0], "high": ends[1], "state": state, "books": whose})
    amount = unit(scope, str(scope.spec["mutual"]))
    sides = (("low", "下界", "Least"), ("high", "上界", "Greatest"))
    columns = (
        Column("from", Label("卖方", "Seller")),
        Column("to", Label("买方", "Buyer")),
        *(Column(name, Label(zh, en), amount, 1) for name, zh, en in sides),
        *(Column(f"{n}_wide", Label(f"{zh}（计舍入）", f"{en}, with rounding"), amount, 2) for n, zh, en in sides),
        Column("state", Label("依据", "Standing")),
        Column("books", Label("登记", "Register")),
    )
    text = Label(
        f"成员之间 {told.total:.1f} {amount.zh}中，{left:.1f} {amount.zh}无法归到任何一格：由公布的总数只能得出上下界",
        f"Of {told.total:.1f} among the members, {left:.1f} ({amount.en}) cannot be placed in any cell: the published "
        "totals give bounds and no more",
    )
    tight = Label(
        "上下界是精确的：按全部割集求得，这张表没有更窄的界；各格的界不能同时取到",
        "The bounds are exact: taken over all cuts, there are none narrower for this table; they hold for one cell at "
        "a time",
    )
    figure = {
        "kind": "matrix",
        "labels": [[name.zh, name.en] for name in names],
        "rows": ["卖方", "Seller"],
        "columns": ["买方", "Buyer"],
        "unit": [amount.zh, amount.en],
        "cells": cells,
    }
    title = Label(f"卖方与买方，{scope.spec['year']} 年", f"Sellers and buyers, {scope.spec['year']}")
    notes = (_RECONCILED, tight, _mirror())
    return Section("matrix", title, (text,), columns, tuple(rows), notes, (), (_BOUNDS, _LEFT), figure)


def _mirror() -> Label:
    return Label(
        "每一格只有一册的数，两册相差多少无从核对",
        "Each cell has the number of one register, so that how far the two differ cannot be told",
    )


def _behind(scope: Scope, told: Known, one: int, state: str) -> tuple[tuple[Source, ...], str]:
    """Return the lines behind a cell, and whose books they are."""
    spec, year = scope.spec, str(scope.spec["year"])
    if state == "published":
        at = {"place": told.places[one], "period": year}
        return behind(scope, str(spec["cells"]), **at), books(scope, str(spec["cells"]), **at)[0]
    named = [str(spec["cells"]), str(spec["sold"]), *([] if state == "follows" else [str(spec["mutual"])])]
    lines = [line for name in named for line in behind(scope, name, **_in_year(scope, name, year))]
    return tuple(dict.fromkeys(lines)), "both"


def _in_year(scope: Scope, name: str, year: str) -> dict[str, str]:
    series = scope.finding(name).series
    return {"period": year} if series is not None and any(axis.name == "period" for axis in series.axes) else {}


def leaving_out(scope: Scope) -> Section:
    """Return what becomes of the matrix when one of its totals is left out."""
    told, amount = known(scope), unit(scope, str(scope.spec["mutual"]))
    away, lines = ~np.eye(len(told.places), dtype=bool), _behind(scope, told, 0, "open")[0]
    kinds = {
        "": Label("都用", "all used"),
        "out": Label("不用卖方合计", "without the seller's total"),
        "into": Label("不用买方合计", "without the buyer's total"),
        "total": Label("不用相互合计", "without the total of all"),
    }
    rows = []
    for which, label in kinds.items():
        data = (told.without(which) if which else told).data()
        bounds = measured(_BOUNDS, data).values
        settled = int((bounds[..., 1] - bounds[..., 0])[away].__le__(_SAME).sum())
        left = measured(_LEFT, data).values
        rest = None if np.isnan(left) else float(left)
        rows.append(Row((label, measured(_GAP, data).value, settled, rest), lines))
    columns = (
        Column("used", Label("总数", "Totals")),
        Column("gap", Label("矛盾额", "Contradiction"), amount, 1),
        Column("settled", Label(f"确定的格数（共 {away.sum()}）", f"Cells that are settled, of {away.sum()}")),
        Column("left", Label("无法归属", "Not placed"), amount, 1),
    )
    text = Label(
        "逐一去掉一个总数：矛盾若随之消失，就出在它身上；确定的格数若减少，结论就靠它",
        "Each total left out in turn: a contradiction that goes with it is its own; cells that are no longer settled "
        "rest "
        "on it",
    )
    title = Label("结论靠哪个总数", "Which total a conclusion rests on")
    return Section("leaving_out", title, (text,), columns, tuple(rows), measures=(_BOUNDS, _GAP, _LEFT))


def warnings(scope: Scope) -> Section:
    """Return the published sums that the published parts do not give, and those that they do."""
    rows, spoken = [], []
    for name in scope.spec["sums"]:
        gap, beyond = (number(scope, str(name), part=part) for part in _parts(scope, str(name)))
        state = Label("不符，须对账", "does not hold: to be reconciled") if beyond else Label("相符", "holds")
        label, amount = scope.finding(str(name)).label, unit(scope, str(name))
        rows.append(Row((label, gap, beyond, state), behind(scope, str(name)), finding=str(name)))
        explained = abs(gap) - abs(beyond)
        if beyond:
            spoken.append(
                Label(
                    f"{label.zh}：差 {gap:.1f} {amount.zh}，舍入只能解释 {explained:.2f}，有年份在公布后改过，"
                    "或口径不同",
                    f"{label.en}: {gap:.1f} ({amount.en}) apart, of which rounding explains "
                    f"{explained:.2f}; some year was revised after it was published, or the scope is another",
                )
            )
    rows += _rivals(scope)
    shown = unit(scope, str(scope.spec["mutual"]))
    columns = (
        Column("sum", Label("合计", "Sum")),
        Column("gap", Label("合计减各部分", "Total less parts"), shown, 1),
        Column("beyond", Label("舍入之外", "Beyond rounding"), shown, 2),
        Column("state", Label("判断", "Verdict")),
    )
    note = Label(
        "不相符的合计不能拿来倒推某一年",
        "A total that does not hold must not be used to work out a single year",
    )
    title = Label("对账警示", "Reconciliation warnings")
    return Section("warnings", title, tuple(spoken), columns, tuple(rows), (note,), (), ("reconciliation.adding_up",))


def _parts(scope: Scope, name: str) -> tuple[str, ...]:
    series = scope.finding(name).series
    return () if series is None else series.axes[-1].labels


def _rivals(scope: Scope) -> list[Row]:
    """Return the years for which two publications give two values, both kept."""
    one, other = (str(name) for name in scope.spec["rivals"])
    rows = []
    for year in (year for year in labels(scope, one, "period") if year in labels(scope, other, "period")):
        first, second = (number(scope, name, period=year) for name in (one, other))
        if first == second:
            continue
        told = Label(
            f"{year} 年两个公布值：{first:g} 与 {second:g}", f"{year}, two published values: {first:g} and {second:g}"
        )
        lines = tuple(dict.fromkeys(line for name in (one, other) for line in behind(scope, name, period=year)))
        rows.append(Row((told, first - second, None, Label("两值并存", "both kept")), lines, finding=other))
    return rows
