"""What the plan of ports stands on: cargo of every place, harbours with their published throughput, distances.

A harbour belongs to a port.  Tonnes are published by harbour, boxes by port, and neither by cargo and hinterland: the
weight of a box and the part of the throughput that begins or ends in the region are levers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from xietong.diagnosis.evidence import values_of
from xietong.errors import PackError, PlanError, Problems, UnknownName, XietongError
from xietong.library.boundaries import entries, outline
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.places import Place
from xietong.library.series import Series
from xietong.library.units import conversion
from xietong.plans.blocks import Floats, Indices
from xietong.plans.plan import NOTHING, Case
from xietong.recipes.measuring import Given, measured

CARGOES = ("containers", "bulk")
CARGO_LABELS = (Label("集装箱货", "containers"), Label("散杂货", "bulk and general"))
MODES = (Label("公路", "road"), Label("铁路", "rail"))
TONNES, BOXES = "万吨", "万标准箱"
HARBOUR, PORT = ("label", "port", "place"), ("label", "place")


@dataclass(frozen=True)
class Harbour:
    """A harbour: label, port, province, point, the finding of its tonnes with its label, what its point rests on."""

    id: str
    label: Label
    port: str
    province: str
    point: tuple[float, float]
    finding: str
    told: Label
    basis: Label


@dataclass(frozen=True)
class Port:
    """A port: its label, and the finding of its boxes with its label."""

    id: str
    label: Label
    finding: str
    told: Label = NOTHING


@dataclass(frozen=True)
class Hinterland:
    """Places with their cargo, harbours with their throughput, all in 10,000 tonnes a year; distances in km.

    ``room`` is what a harbour can take of the region's cargo, ``box_room`` what a port can take of it in containers;
    ``own`` is how much of either its published throughput amounts to, cargo from beyond the region left out.
    """

    places: tuple[str, ...]
    provinces: tuple[str, ...]
    prefectures: tuple[str, ...]
    cargo: Floats
    harbours: tuple[Harbour, ...]
    ports: tuple[Port, ...]
    port_of: Indices
    tonnes: Floats
    boxes: Floats
    room: Floats
    box_room: Floats
    own: Floats
    own_boxes: Floats
    distances: Floats
    barred: frozenset[tuple[str, str]]
    approximate: tuple[str, ...]
    names: tuple[str, ...] = ()


def hinterland(case: Case) -> Hinterland:
    """Return the inputs of a case.

    Raises:
        PlanError: when the boxes of a port weigh more than all its cargo, or a weight of a place is absent.
        Problems: with every harbour or port whose throughput no finding gives.
    """
    places, weights = _weights(case)
    harbours, tonnes = _harbours(case)
    ports, boxes = _ports(case)
    port_of = np.array([[one.id for one in ports].index(harbour.port) for harbour in harbours], dtype=np.int64)
    totals = np.bincount(port_of, tonnes, len(ports))
    boxes = boxes * case["tonnes_per_box"]
    if (boxes > totals).any():
        at = int(np.argmax(boxes - totals))
        what = f"the boxes of {ports[at].label} weigh {boxes[at]:,.0f}, all its cargo {totals[at]:,.0f} 万吨"
        raise PlanError(f"plan {case.name}", what, ways=("lower tonnes_per_box",))
    shares = np.array([case["own_containers"], case["own_bulk"]])
    own = tonnes * ((shares[0] * boxes + shares[1] * (totals - boxes)) / totals)[port_of]
    own_boxes = shares[0] * boxes
    cargo = np.array([own_boxes.sum(), own.sum() - own_boxes.sum()])[:, None] * weights
    label = case.pack.gazetteer.places
    provinces = tuple(_above(label, one, "province") for one in places)
    prefectures = tuple(_above(label, one, "city") for one in places)
    points, approximate = _points(case, places)
    return Hinterland(
        places, provinces, prefectures, cargo, harbours, ports, port_of, tonnes, boxes,
        own + case["slack"] * tonnes, own_boxes + case["slack"] * boxes, own, own_boxes,
        _distances(points, [one.point for one in harbours]), _barred(case), approximate,
        tuple(f"{case.pack.gazetteer.label(one)} | {case.pack.gazetteer.label(one, 'en')}" for one in places),
    )  # fmt: skip


def _weights(case: Case) -> tuple[tuple[str, ...], Floats]:
    """Return the places and the share of each in every cargo: jobs of the industries that make it."""
    found: list[Series] = [values_of(case.finding(str(one))) for one in case.spec["jobs"]]
    places = tuple(place for series in found for place in series.axis("place").labels)
    rows = []
    for cargo in CARGOES:
        industries = [str(one) for one in case.spec["industries"][cargo]]
        rows.append(np.concatenate([series.select(concept=industries).values.sum(axis=0) for series in found]))
    jobs = np.array(rows)
    if absent := [places[at] for at in np.flatnonzero(np.isnan(jobs).any(axis=0))]:
        what = f"no jobs are known for {', '.join(absent)}"
        raise PlanError(f"plan {case.name}", what, why="an empty cell is not zero", ways=("name other industries",))
    return places, jobs / jobs.sum(axis=1, keepdims=True)


def _published(case: Case, key: str, place: str, unit: str) -> tuple[float, str, Label] | None:
    """Return the value of a place out of the first finding that has it, at its newest period, with the finding."""
    for name in case.spec[key]:
        finding = case.finding(str(name))
        series = values_of(finding)
        axes = {axis.name: axis.labels for axis in series.axes}
        if place in axes.get("place", ()):
            series = series.select(place=place)
            period = max(axes["period"]) if "period" in axes else ""
            value = series.select(period=period).cell() if period else series.cell()
            return float(Fraction(value) * conversion(series.unit, unit, series.name)), str(name), finding.label
    return None


def _harbours(case: Case) -> tuple[tuple[Harbour, ...], Floats]:
    found, tonnes, errors = [], [], []
    for name, spec in case.spec["harbours"].items():
        told = _published(case, "tonnes", str(spec["place"]), TONNES)
        if told is None:
            errors.append(_unpublished(case, "tonnes", spec, ("harbours", name)))
            continue
        point, basis = _harbour_point(case, spec)
        province = _above(case.pack.gazetteer.places, str(spec["place"]), "province")
        label = Label.parse(str(spec["label"]))
        found.append(Harbour(name, label, str(spec["port"]), province, point, told[1], told[2], basis))
        tonnes.append(told[0])
    if errors:
        raise Problems(f"plan {case.name}", errors)
    return tuple(found), np.array(tonnes)


def _ports(case: Case) -> tuple[tuple[Port, ...], Floats]:
    found, boxes, errors = [], [], []
    for name, spec in case.spec["ports"].items():
        told = _published(case, "boxes", str(spec["place"]), BOXES)
        if told is None:
            errors.append(_unpublished(case, "boxes", spec, ("ports", name)))
            continue
        found.append(Port(name, Label.parse(str(spec["label"])), told[1], told[2]))
        boxes.append(told[0])
    if errors:
        raise Problems(f"plan {case.name}", errors)
    return tuple(found), np.array(boxes)


def _unpublished(case: Case, key: str, spec: Mapping[str, object], path: tuple[str, ...]) -> XietongError:
    what = f"none of {', '.join(map(str, case.spec[key]))} has the place {spec['place']}"
    return PlanError(f"plan {case.name}", what, where=case.where(*path), ways=(f"add a finding to '{key}'",))


def _harbour_point(case: Case, spec: Mapping[str, object]) -> tuple[tuple[float, float], Label]:
    """Return longitude and latitude of a harbour: of its item in the register, else the middle of its county."""
    if "item" in spec:
        item = case.register("register")[str(spec["item"])]
        longitude, latitude = item["longitude"][0], item["latitude"][0]
        cited = longitude.origin.cite()
        return (float(longitude.text), float(latitude.text)), Label(cited, cited)
    middle = str(spec.get("county", spec["place"]))
    zh, en = case.pack.gazetteer.label(middle, "zh"), case.pack.gazetteer.label(middle, "en")
    return _middle(middle), Label(f"{zh}面积中心（无公布坐标）", f"middle of {en}: no point is published")


def _middle(code: str) -> tuple[float, float]:
    centre = outline(code).centroid
    return float(centre.x), float(centre.y)


def _points(case: Case, places: Sequence[str]) -> tuple[list[tuple[float, float]], tuple[str, ...]]:
    """Return the middle of every place, and the places without an outline, which stand at the middle of their city."""
    known, label = entries(), case.pack.gazetteer.places
    stand_in = {one: one if one in known else label[one].parent for one in places}
    return [_middle(stand_in[one]) for one in places], tuple(one for one in places if one not in known)


def _distances(points: Sequence[tuple[float, float]], harbours: Sequence[tuple[float, float]]) -> Floats:
    """Return great-circle distances in km, place by harbour."""
    start, end = np.array(points), np.array(harbours)
    shape = len(start), len(end)
    data = {
        "from_longitude": start[:, :1], "from_latitude": start[:, 1:],
        "to_longitude": end[:, 0], "to_latitude": end[:, 1],
    }  # fmt: skip
    given = {name: Given(np.broadcast_to(one, shape).astype(np.float64)) for name, one in data.items()}
    return np.asarray(measured("access.great_circle", given).values)


def _above(places: Mapping[str, Place], code: str, level: str) -> str:
    """Return the place of a level that holds a code: itself, one above it, or the highest there is below the nation."""
    one = places[code]
    while one.level != level and one.parent in places and places[one.parent].level != "nation":
        one = places[one.parent]
    return one.code


def _barred(case: Case) -> frozenset[tuple[str, str]]:
    return frozenset((port, str(cargo)) for port, told in case.spec.get("barred", {}).items() for cargo in told)


def problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the harbours, ports, industries and barred cargoes of a plan, each with its line."""
    errors: list[XietongError] = []
    for key, required, optional in (("ports", PORT, ()), ("harbours", HARBOUR, ("item", "county"))):
        for name in document.table(*path, key):
            errors += document.demand((*path, key, name), required, optional)
    errors += document.demand((*path, "industries"), CARGOES, lists=CARGOES)
    return errors or [*_unknown(document, path, pack), *_pointless(document, path, pack)]


def _unknown(document: Document, path: tuple[str, ...], pack: Pack) -> Iterator[XietongError]:
    """Yield one error for each port, place, county, cargo or industry that nothing carries."""
    spec, who = document.table(*path), f"plan {path[-1]}"
    places, register = pack.gazetteer.places, pack.registers[str(spec["register"])]
    named: list[tuple[str, object, Iterable[str], tuple[str, ...]]] = []
    for name, one in spec["harbours"].items():
        known = {"port": ("port", spec["ports"]), "place": ("place", places), "item": ("item", register)}
        known["county"] = ("outline for code", entries())
        named += [
            (kind, one[key], names, ("harbours", name, key)) for key, (kind, names) in known.items() if key in one
        ]
    named += [("place", one["place"], places, ("ports", name, "place")) for name, one in spec["ports"].items()]
    named += [("port", port, spec["ports"], ("barred", port)) for port in spec.get("barred", {})]
    named += [
        ("cargo", one, CARGOES, ("barred", port)) for port, told in spec.get("barred", {}).items() for one in told
    ]
    named += [
        ("concept", one, pack.concepts, ("industries", cargo)) for cargo in CARGOES for one in spec["industries"][cargo]
    ]
    for kind, name, names, keys in named:
        if str(name) not in names:
            yield UnknownName(who, kind, str(name), names, where=document.where(*path, *keys))


def _pointless(document: Document, path: tuple[str, ...], pack: Pack) -> Iterator[XietongError]:
    """Yield one error for each harbour whose item or place has no point, and each port without a harbour."""
    spec, who = document.table(*path), f"plan {path[-1]}"
    register = pack.registers[str(spec["register"])]
    for name, one in spec["harbours"].items():
        if "item" in one and one["item"] in register and not register[one["item"]]["longitude"]:
            what, ways = f"'{one['item']}' has no point in the register", ("name a county instead",)
            yield PackError(who, what, ways=ways, where=document.where(*path, "harbours", name, "item"))
        elif "item" not in one and "county" not in one and one["place"] not in entries():
            what, ways = f"harbour '{name}' has no point", ("name an item of the register, or a county",)
            yield PackError(who, what, ways=ways, where=document.where(*path, "harbours", name))
    for cargo in CARGOES:
        if all(cargo in map(str, spec.get("barred", {}).get(port, ())) for port in spec["ports"]):
            what, ways = f"every port is barred from {cargo}", ("let one port handle it",)
            yield PackError(who, what, ways=ways, where=document.where(*path, "barred"))
    for name in spec["ports"]:
        if name not in [str(one["port"]) for one in spec["harbours"].values()]:
            where = document.where(*path, "ports", name)
            yield PackError(who, f"port '{name}' has no harbour", where=where, ways=("add one",))
