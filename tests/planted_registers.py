"""Synthetic registers and flows with one defect planted; the points lie in real counties, the entries are made up."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from planted_figures import Planted, case, place

from xietong.diagnosis.suspicions.suspicion import Cells
from xietong.library.boundaries import entries, outline
from xietong.library.datums import gcj_from_wgs
from xietong.library.places import Gazetteer
from xietong.library.raw import RawTable
from xietong.library.sheets import Flows, Items

REAL = [code for code, one in entries().items() if one.level == "district" and code.startswith(("42", "43", "44"))]


def items(name: str, rows: list[dict[str, str]]) -> Items:
    roles = {key: tuple(row.get(key, "") for row in rows) for key in sorted({key for row in rows for key in row})}
    return Items(name, roles, {}, np.arange(2, len(rows) + 2))


def spots(chance: random.Random, count: int = 60, shift: bool = False) -> list[dict[str, str]]:
    """Return made-up entries that lie inside real counties."""
    rows = []
    for at, code in enumerate(chance.sample(REAL, count)):
        inside = outline(code).representative_point()
        x, y = np.array([inside.x]), np.array([inside.y])
        x, y = gcj_from_wgs(x, y) if shift else (x, y)
        rows.append(
            {
                "name": f"虚构院{at}", "province": entries()[code].province, "city": entries()[code].city, "place_code": code,
                "lon": f"{x[0]:.6f}", "lat": f"{y[0]:.6f}", "address": f"虚路{at}号",
            }
        )  # fmt: skip
    return rows


def register(change: Callable[[random.Random, list[dict[str, str]], int], None]) -> Callable[[random.Random], Planted]:
    """Return a plant that changes one entry of a register, or adds to it."""

    def plant(chance: random.Random) -> Planted:
        rows = spots(chance)
        i = chance.randrange(len(rows))
        broken = [dict(row) for row in rows]
        change(chance, broken, i)
        return case(items("r.csv", rows)), case(items("r.csv", broken)), Cells("r.csv")

    return plant


def _moved(chance: random.Random, rows: list[dict[str, str]], i: int) -> None:
    far = next(row for row in rows if row["city"] != rows[i]["city"] and row["province"] != rows[i]["province"])
    rows[i]["lon"], rows[i]["lat"] = far["lon"], far["lat"]


def _centred(chance: random.Random, rows: list[dict[str, str]], i: int) -> None:
    for at in range(4):
        rows[at]["lon"], rows[at]["lat"] = rows[i]["lon"], rows[i]["lat"]


def _web(chance: random.Random, rows: list[dict[str, str]], i: int) -> None:
    for row in rows:
        row["datum"] = chance.choice(["GCJ-02", "BD-09"]) if row is rows[0] else rows[0]["datum"]


def _twice(chance: random.Random, rows: list[dict[str, str]], i: int) -> None:
    alias = chance.choice([rows[i]["name"], f"{rows[i]['name']}（原第{i}医院）", f"{rows[i]['name']} "])
    rows.append(rows[i] | {"name": alias})


def _dated(chance: random.Random, rows: list[dict[str, str]], i: int) -> None:
    for at, row in enumerate(rows):
        row["date"] = "2020-01-22" if at != i else "2019-06-30"


def not_collected(chance: random.Random) -> Planted:
    cities = sorted(
        {
            one.name
            for one in entries().values()
            if one.level == "city" and one.province == "湖北省" and one.name.endswith("市")
        }
    )
    known = Gazetteer(
        {f"4200{at:02d}": place(f"4200{at:02d}", name, parent="420000") for at, name in enumerate(cities)}
    )
    rows = [{"name": f"虚构院{at}", "city": cities[at % len(cities)]} for at in range(20 * len(cities))]
    lost = set(chance.sample(cities, 4))
    made = [case(items("r.csv", one), known=known) for one in (rows, [row for row in rows if row["city"] not in lost])]
    return made[0], made[1], Cells("r.csv")


def key_formats(chance: random.Random) -> Planted:
    keys = [f"{chance.randrange(10**6):06d}" for _ in range(40)]
    one = items("a.csv", [{"name": f"虚{key}", "key": f"{key}.SZ"} for key in keys])
    made = [
        case(one, items("b.csv", [{"name": f"虚{key}", "key": form.format(key)} for key in keys]))
        for form in ("{}.SZ", "{}SZ")
    ]
    return made[0], made[1], Cells("b.csv", "key")


def weight_bases(chance: random.Random) -> Planted:
    rows = []
    for firm in range(20):
        cuts = sorted(chance.random() for _ in range(3))
        parts = [b - a for a, b in zip([0.0, *cuts], [*cuts, 1.0], strict=True)]
        rows += [
            {"name": f"品{firm}-{k}", "entity": f"虚{firm}", "weight": f"{part:.4f}"} for k, part in enumerate(parts)
        ]
    broken = [row | {"weight": f"{float(row['weight']) * 2:.4f}"} if chance.random() < 0.6 else row for row in rows]
    return case(items("r.csv", rows)), case(items("r.csv", broken)), Cells("r.csv")


def flows(name: str, rows: list[dict[str, str]], header: tuple[str, ...] = ("from", "to", "value")) -> Flows:
    roles = {key: tuple(row.get(key, "") for row in rows) for key in sorted({key for row in rows for key in row})}
    raw = RawTable(name, header, tuple(tuple(row.values()) for row in rows), tuple(range(2, len(rows) + 2)))
    values = np.array([float(row["value"]) for row in rows])
    return Flows(name, roles, {}, np.arange(2, len(rows) + 2), raw, value=values)


def matrix(chance: random.Random, count: int = 9) -> list[dict[str, str]]:
    names = [f"虚{at}市" for at in range(count)]
    return [{"from": a, "to": b, "value": f"{chance.uniform(50, 5000):.1f}"} for a in names for b in names if a != b]


def truncated_flow(chance: random.Random) -> Planted:
    rows = matrix(chance)
    kept = [
        row
        for name in sorted({row["from"] for row in rows})
        for row in sorted((one for one in rows if one["from"] == name), key=lambda one: -float(one["value"]))[:5]
    ]
    return case(flows("f.csv", rows)), case(flows("f.csv", kept)), Cells("f.csv")


def reversed_flow(chance: random.Random) -> Planted:
    rows = matrix(chance)
    noisy = [row | {"value": f"{float(row['value']) * chance.uniform(0.9, 1.1):.1f}"} for row in rows]
    turned = [row | {"from": row["to"], "to": row["from"]} for row in noisy]
    made = [case(flows("a.csv", rows), flows("b.csv", other)) for other in (noisy, turned)]
    return made[0], made[1], Cells("b.csv")


PLANTS: dict[str, Callable[[random.Random], Planted]] = {
    "as-of-dates": register(_dated),
    "geocoded-to-centre": register(_centred),
    "key-formats": key_formats,
    "not-collected": not_collected,
    "other-datum": register(_web),
    "outside-place": register(_moved),
    "reversed-flow": reversed_flow,
    "same-entity": register(_twice),
    "truncated-flow": truncated_flow,
    "weight-bases": weight_bases,
}
