"""Synthetic tables with one defect planted at a random place; they say nothing about any region.

``PLANTS`` maps a detector to a function that makes a clean case, the same case with the defect, and where it stands.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells
from xietong.library.concepts import Concept
from xietong.library.labels import Label
from xietong.library.names import Names
from xietong.library.places import Change, Gazetteer, Place
from xietong.library.sheets import Figures, Meaning, Sheets

Planted = tuple[Case, Case, Cells]
Matrix = np.ndarray
YEARS = [str(year) for year in range(2001, 2021)]
CITIES = 12


def place(code: str, name: str, level: str = "city", parent: str = "990000", **valid: str) -> Place:
    return Place(
        code, Label(name, f"{name}x"), name, level, parent, valid.get("valid_from", ""), valid.get("valid_to", "")
    )


def codes(count: int = CITIES) -> list[str]:
    return [f"99{at + 1:02d}00" for at in range(count)]


def gazetteer(count: int = CITIES, changes: tuple[Change, ...] = (), **more: Place) -> Gazetteer:
    places = [place("990000", "虚省", "province", ""), *(place(code, f"虚{code[2:4]}市") for code in codes(count))]
    return Gazetteer({one.code: one for one in [*places, *more.values()]}, {}, changes)


def concept(name: str, kind: str = "amount", adds: str = "sum", **more: object) -> Meaning:
    told = Label(name, name)
    meaning = {key: more.pop(key) for key in ("sample", "derived", "whole_with", "growth_of") if key in more}
    return Meaning(Concept(name, told, "", kind, adds, "neither", "", told, told, **more), **meaning)


def table(
    name: str,
    values: Mapping[str, Matrix],
    meanings: Mapping[str, Meaning] | None = None,
    unit: str = "亿元",
    rows: list[str] | None = None,
    names: Mapping[str, str] | None = None,
    digits: int = 2,
    periods: list[str] | None = None,
) -> Figures:
    """Return a long table; a value of nan has no row."""
    rows, periods = rows or codes(), periods or YEARS
    known = [
        (label, i, j)
        for label, matrix in values.items()
        for i in range(len(rows))
        for j in range(len(periods))
        if np.isfinite(matrix[i, j])
    ]
    texts = [f"{values[label][i, j]:.{digits}f}" for label, i, j in known]
    told = dict(names or {})
    return Figures(
        name,
        place=Names.of(told.get(rows[i], f"虚{rows[i][2:4]}市") for _, i, _ in known),
        code=Names.of(rows[i] for _, i, _ in known),
        indicator=Names.of(label for label, _, _ in known),
        period=Names.of(periods[j] for _, _, j in known),
        unit=Names.same(unit, len(known)),
        source=Names.same("虚构年鉴", len(known)),
        text=texts,
        value=np.array([float(text) for text in texts]),
        line=np.arange(2, len(known) + 2),
        meanings=dict(meanings or {}),
    )


def growth(chance: random.Random, count: int = CITIES, noise: float = 0.02) -> Matrix:
    """Return levels that grow by some eight per cent a year, each place on its own path, with a shared cycle."""
    draw = np.random.default_rng(chance.randrange(2**32))
    shared = draw.normal(0.08, 0.02, len(YEARS))
    steps = shared + draw.normal(0, noise, (count, len(YEARS))) + draw.normal(0, 0.01, (count, 1))
    return np.asarray(draw.uniform(300, 3000, (count, 1)) * np.exp(np.cumsum(steps, axis=1)))


def case(*sheets: object, known: Gazetteer | None = None) -> Case:
    return Case(Sheets(tuple(sheets)), known or gazetteer())


def spot(chance: random.Random, count: int = CITIES) -> tuple[int, int]:
    return chance.randrange(count), chance.randrange(6, len(YEARS) - 5)


def levels(
    change: Callable[[Matrix, int, int, random.Random], None],
    digits: int = 2,
    noise: float = 0.02,
    kind: str = "amount",
) -> Callable[[random.Random], Planted]:
    """Return a plant that changes the levels of one place from or at one period."""

    def plant(chance: random.Random) -> Planted:
        clean = growth(chance, noise=noise)
        i, j = spot(chance)
        broken = clean.copy()
        change(broken, i, j, chance)
        meaning = {"总值": concept("total", kind)}
        made = [case(table("t.csv", {"总值": one}, meaning, digits=digits)) for one in (clean, broken)]
        return made[0], made[1], Cells("t.csv", "总值", codes()[i], YEARS[j])

    return plant


def _step(values: Matrix, i: int, j: int, chance: random.Random) -> None:
    values[i, j:] *= chance.uniform(0.65, 0.92)


def _spike(values: Matrix, i: int, j: int, chance: random.Random) -> None:
    values[i, j] *= chance.choice([0.01, 0.1, 10, 100, chance.uniform(1.4, 4), chance.uniform(0.3, 0.7)])


def _line(values: Matrix, i: int, j: int, chance: random.Random) -> None:
    count = chance.randrange(4, 6)
    step = np.round(values[i, j] * chance.uniform(-0.05, 0.1), 2)
    values[i, j : j + count] = np.round(values[i, j], 2) + step * np.arange(count)


def _zero(values: Matrix, i: int, j: int, chance: random.Random) -> None:
    values[i, j] = 0


def _turns(values: Matrix, i: int, j: int, chance: random.Random) -> None:
    values[i, :: chance.randrange(2, 4)] *= chance.uniform(2, 6)


def fraction_in_counts(chance: random.Random) -> Planted:
    clean = np.round(growth(chance))
    i, j = spot(chance)
    broken = clean.copy()
    broken[i, j] = clean[i, j] // 100 + 0.94
    made = []
    for one in (clean, broken):
        told = table("t.csv", {"人数": one}, {"人数": concept("people", "count")}, unit="人")
        made.append(case(told))
    return made[0], made[1], Cells("t.csv", "人数", codes()[i], YEARS[j])


def perimeter_change(chance: random.Random) -> Planted:
    parts = {"产值": growth(chance), "存款": growth(chance)}
    i, j = spot(chance)
    broken = {label: one.copy() for label, one in parts.items()}
    factor = chance.uniform(0.65, 0.9)
    for one in broken.values():
        one[i, j:] *= factor * chance.uniform(0.95, 1.05)
    meanings = {label: concept(label) for label in parts}
    made = [case(table("t.csv", one, meanings)) for one in (parts, broken)]
    return made[0], made[1], Cells("t.csv", "产值", codes()[i], YEARS[j])


def perimeters_differ(chance: random.Random) -> Planted:
    people, land = growth(chance, noise=0.002), np.repeat(growth(chance)[:, :1] * 10, len(YEARS), axis=1)
    i, j = spot(chance)
    meanings = {
        "人口": concept("people", "count"),
        "面积": concept("land"),
        "密度": concept("density", "rate", "never", ratio=("people", "land")),
    }
    made = []
    for factor in (1.0, chance.uniform(0.6, 0.85)):
        some = people.copy()
        some[i, j:] *= factor
        made.append(case(table("t.csv", {"人口": some, "面积": land, "密度": some / land * 10}, meanings)))
    return made[0], made[1], Cells("t.csv", "密度", codes()[i], YEARS[j])


def sources_apart(chance: random.Random) -> Planted:
    one = growth(chance)
    i, j = spot(chance)
    other = one * np.random.default_rng(chance.randrange(2**32)).normal(1, 0.002, one.shape)
    broken = other.copy()
    broken[i, j : j + 4] *= chance.uniform(1.03, 1.3)
    meaning = {"总值": concept("total")}
    made = [
        case(table("a.csv", {"总值": one}, meaning), table("b.csv", {"总值": two}, meaning)) for two in (other, broken)
    ]
    return made[0], made[1], Cells("b.csv", "总值")


def mixed_vintages(chance: random.Random) -> Planted:
    old = growth(chance)
    new = old * np.linspace(chance.uniform(0.98, 1.05), chance.uniform(1.1, 1.4), len(YEARS))
    i = chance.randrange(CITIES)
    mixed = old.copy()
    mixed[i] = new[i]
    meaning = {"总值": concept("total")}
    both = table("new.csv", {"总值": new}, meaning), table("old.csv", {"总值": old}, meaning)
    made = [case(table("t.csv", {"总值": one}, meaning), *both) for one in (old, mixed)]
    return made[0], made[1], Cells("t.csv", "总值")


def rows_shifted(chance: random.Random) -> Planted:
    one = growth(chance)
    at, j = chance.randrange(CITIES - 6), chance.randrange(len(YEARS))
    broken = one.copy()
    length = chance.randrange(3, 6)
    broken[at : at + length, j] = one[at + 1 : at + 1 + length, j]
    meaning = {"总值": concept("total")}
    made = [case(table("t.csv", {"总值": x}, meaning), table("b.csv", {"总值": one}, meaning)) for x in (one, broken)]
    return made[0], made[1], Cells("t.csv", "总值", codes()[at], YEARS[j])


def values_swapped(chance: random.Random) -> Planted:
    one = growth(chance)
    order = np.argsort(one[:, 0])
    a, b = int(order[0]), int(order[-1])
    one[b] = one[b] * 3
    j = chance.randrange(1, len(YEARS) - 1)
    broken = one.copy()
    broken[[a, b], j] = one[[b, a], j]
    made = [case(table("t.csv", {"总值": x})) for x in (one, broken)]
    return made[0], made[1], Cells("t.csv", "总值", codes()[a], YEARS[j])


def parts_do_not_add(chance: random.Random) -> Planted:
    parts = {f"部分{k}": growth(chance) for k in range(3)}
    i, j = spot(chance)
    meanings = {"总值": concept("total", parts=tuple(parts)), **{label: concept(label) for label in parts}}
    total = sum(np.round(one, 2) for one in parts.values())
    broken = {label: one.copy() for label, one in parts.items()}
    broken["部分1"][i, j] *= chance.choice([chance.uniform(1.02, 1.5), chance.uniform(0.5, 0.98)])
    made = [case(table("t.csv", {"总值": total, **one}, meanings)) for one in (parts, broken)]
    return made[0], made[1], Cells("t.csv", "总值", codes()[i], YEARS[j])


def members_do_not_add(chance: random.Random) -> Planted:
    members = np.round(growth(chance), 2)
    i, j = spot(chance)
    total = members.sum(axis=0, keepdims=True)
    broken = members.copy()
    broken[i, j] *= chance.choice([chance.uniform(1.1, 2), chance.uniform(0.3, 0.9)])
    rows = [*codes(), "990000"]
    meaning = {"总值": concept("total")}
    made = [case(table("t.csv", {"总值": np.vstack([one, total])}, meaning, rows=rows)) for one in (members, broken)]
    return made[0], made[1], Cells("t.csv", "总值", "990000", YEARS[j])


def derived_mismatch(chance: random.Random) -> Planted:
    top, bottom = growth(chance), growth(chance)
    i, j = spot(chance)
    ratio = top / bottom * 100
    broken = ratio.copy()
    broken[i, j] *= chance.choice([chance.uniform(1.015, 1.2), chance.uniform(0.8, 0.985)])
    meanings = {"甲": concept("a"), "乙": concept("b"), "比": concept("r", "rate", "never", ratio=("a", "b"))}
    made = [case(table("t.csv", {"甲": top, "乙": bottom, "比": one}, meanings)) for one in (ratio, broken)]
    return made[0], made[1], Cells("t.csv", "比", codes()[i], YEARS[j])


def digits_swapped(chance: random.Random) -> Planted:
    draw = np.random.default_rng(chance.randrange(2**32))
    area = np.repeat(
        draw.integers(1, 9, (CITIES, 1)) * 1111 + draw.integers(12, 80, (CITIES, 1)) * 10 + 3, len(YEARS), axis=1
    )
    i, j = spot(chance)
    text = str(area[i, j])
    at = next(k for k in range(len(text) - 1) if text[k] != text[k + 1])
    broken = area.astype(float)
    broken[i, j] = float(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    made = [case(table("t.csv", {"面积": one}, digits=0)) for one in (area.astype(float), broken)]
    return made[0], made[1], Cells("t.csv", "面积", codes()[i], YEARS[j])


def precision_changes(chance: random.Random) -> Planted:
    clean = growth(chance)
    j = chance.randrange(4, len(YEARS) - 4)
    broken = clean.copy()
    broken[:, j:] = np.round(broken[:, j:], -1)
    made = [case(table("t.csv", {"总值": one})) for one in (clean, broken)]
    return made[0], made[1], Cells("t.csv", "总值", "", YEARS[j])


def repeated_cells(chance: random.Random) -> Planted:
    clean = table("t.csv", {"总值": growth(chance)})
    row = chance.randrange(len(clean))
    again = [*range(len(clean)), row]
    columns = ("place", "code", "indicator", "period", "unit", "source")
    taken = {name: Names.of(getattr(clean, name)[at] for at in again) for name in columns}
    broken = replace(
        clean,
        **taken,
        text=[clean.text[at] for at in again[:-1]] + ["1.00"],
        value=np.append(clean.value, 1.0),
        line=np.append(clean.line, 999),
    )
    return case(clean), case(broken), Cells("t.csv", "总值", clean.code[row], clean.period[row])


def named(change: Callable[[random.Random, list[str], int], None]) -> Callable[[random.Random], Planted]:
    """Return a plant that changes the names that stand at the codes."""

    def plant(chance: random.Random) -> Planted:
        values = {"总值": growth(chance)}
        i = chance.randrange(CITIES - 1)
        right = [f"虚{code[2:4]}市" for code in codes()]
        wrong = right.copy()
        change(chance, wrong, i)
        made = [case(table("t.csv", values, names=dict(zip(codes(), one, strict=True)))) for one in (right, wrong)]
        return made[0], made[1], Cells("t.csv", place=codes()[i])

    return plant


def _look_alike(chance: random.Random, names: list[str], i: int) -> None:
    names[i] = chance.choice([names[i].replace("市", "巿"), "\u200b" + names[i], names[i].replace("虚", "虚\u3000")])


def _exchange(chance: random.Random, names: list[str], i: int) -> None:
    names[i], names[i + 1] = names[i + 1], names[i]


def _watermark(chance: random.Random, names: list[str], i: int) -> None:
    names[i] = chance.choice(["淘宝店铺：某某数据", "资料来源：各省统计年鉴", "注：2020年为初步数", "更多数据请加微信"])


def footer_rows(chance: random.Random) -> Planted:
    clean, broken, _ = named(_watermark)(chance)
    return clean, broken, Cells("t.csv")


def missing_cells(chance: random.Random) -> Planted:
    rows, periods = codes(40), YEARS[:1]
    parts = {f"指标{k}": growth(chance, 40)[:, :1] for k in range(6)}
    i = chance.randrange(40)
    broken = {label: one.copy() for label, one in parts.items()}
    for label in chance.sample(sorted(broken), 3):
        broken[label][i] = np.nan
    made = [case(table("t.csv", one, rows=rows, periods=periods), known=gazetteer(40)) for one in (parts, broken)]
    return made[0], made[1], Cells("t.csv", place=rows[i])


def stale_codes(chance: random.Random) -> Planted:
    i = chance.randrange(CITIES)
    begun = place(codes()[i], "新区", valid_from=YEARS[10])
    known = gazetteer(one=begun)
    clean = growth(chance)
    late = clean.copy()
    late[i, :10] = np.nan
    made = [case(table("t.csv", {"总值": one}), known=known) for one in (late, clean)]
    return made[0], made[1], Cells("t.csv", place=codes()[i])


def parent_total_in_child(chance: random.Random) -> Planted:
    members = growth(chance)
    i = chance.randrange(CITIES)
    total = members.sum(axis=0, keepdims=True)
    broken = members.copy()
    broken[i] = total
    rows = [*codes(), "990000"]
    made = [case(table("t.csv", {"总值": np.vstack([one, total])}, rows=rows)) for one in (members, broken)]
    return made[0], made[1], Cells("t.csv", place=codes()[i])


def sample_as_total(chance: random.Random) -> Planted:
    people, some = growth(chance), growth(chance)
    whole = table("t.csv", {"人口": people}, unit="人")
    broken = table("t.csv", {"人口": people, "就业_长表": some}, unit="人")
    return case(whole), case(broken), Cells("t.csv", "就业_长表")


def admitted(chance: random.Random) -> Planted:
    label = chance.choice(["人口_线性插值", "产值(原表头错位)", "面积（来源不明）"])
    values = growth(chance)
    return case(table("t.csv", {"人口": values})), case(table("t.csv", {label: values})), Cells("t.csv")


PLANTS: dict[str, Callable[[random.Random], Planted]] = {
    "admitted": admitted,
    "definition-alternates": levels(_turns),
    "derived-mismatch": derived_mismatch,
    "digits-swapped": digits_swapped,
    "footer-rows": footer_rows,
    "fraction-in-counts": fraction_in_counts,
    "interpolated": levels(_line),
    "labels-swapped": named(_exchange),
    "lone-outlier": levels(_spike),
    "members-do-not-add": members_do_not_add,
    "missing-cells": missing_cells,
    "missing-as-zero": levels(_zero),
    "mixed-vintages": mixed_vintages,
    "parent-total-in-child": parent_total_in_child,
    "parts-do-not-add": parts_do_not_add,
    "perimeter-change": perimeter_change,
    "perimeters-differ": perimeters_differ,
    "precision-changes": precision_changes,
    "repeated-cells": repeated_cells,
    "rows-shifted": rows_shifted,
    "sample-as-total": sample_as_total,
    "sources-apart": sources_apart,
    "stale-codes": stale_codes,
    "values-swapped": values_swapped,
    "variant-names": named(_look_alike),
    "vintage-break": levels(_step),
}
