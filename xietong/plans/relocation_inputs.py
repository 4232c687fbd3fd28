"""What a plan of relocation reads: functions, platforms with point and room, fit, and the roles of the members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from xietong.diagnosis.evidence import values_of
from xietong.errors import PackError, PlanError, Problems, UnknownName, XietongError
from xietong.library import boundaries
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Missing
from xietong.library.registers.items import Item
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case
from xietong.recipes.measuring import Given, measured

Flags = npt.NDArray[np.bool_]
THOUSAND = 1000.0
_ABOVE = ("size", "reach", "detour", "expansion")
_AT_MOST_ONE = ("share", "inside")
_KEYS = {
    "functions": (("label", "industry", "reason"), ("kinds", "factor"), {"lists": ("kinds",), "numbers": ("factor",)}),
    "roles": (("functions", "reason"), (), {"lists": ("functions",)}),
    "at": (("places", "reason"), (), {"lists": ("places",)}),
    "fit_of": (("fit", "reason"), (), {"tables": ("fit",)}),
}  # fmt: skip


@dataclass(frozen=True)
class Function:
    """A kind of function that may leave: its industry, and the items of the register that are of its kind."""

    id: str
    label: Label
    industry: str
    reason: Label
    items: tuple[Item, ...]
    whole: bool


@dataclass(frozen=True)
class Site:
    """A county or city of a receiving platform: its middle, and the role that its member has there."""

    item: Item
    place: str
    point: tuple[float, float]
    role: str
    reason: Label

    @property
    def name(self) -> str:
        """Return the name of the platform."""
        return self.item.name


@dataclass(frozen=True)
class Role:
    """The role of a member in the framework, and the functions that it lets in."""

    place: str
    label: Label
    functions: tuple[str, ...]
    reason: Label
    where: str


@dataclass(frozen=True)
class Inputs:
    """All data of a case; jobs in thousands, distances in km; arrays over functions, sites, or both.

    ``room`` is that of the ``places``, which platforms share where they overlap; ``at`` says where each site lies.
    """

    functions: tuple[Function, ...]
    sites: tuple[Site, ...]
    places: tuple[str, ...]
    at: npt.NDArray[np.int64]
    roles: tuple[Role, ...]
    fit: Floats
    distances: Floats
    inside: Flags
    sizes: Floats
    available: Floats
    room: Floats
    barred: tuple[Flags, ...]
    left_out: tuple[Missing, ...]

    @property
    def whole(self) -> list[int]:
        """Return the positions of functions that move in whole units."""
        return [at for at, one in enumerate(self.functions) if one.whole]


def inputs(case: Case) -> Inputs:
    """Read a case.

    Raises:
        Problems: with every lever that makes no sense, place without jobs or role, role that the framework lacks.
        PlanError: when no platform is left.
    """
    _sensible(case)
    roles, functions = _roles(case), _functions(case)
    sites, left_out = _sites(case, roles)
    if not sites:
        what = "no platform is left: none has a place finer than a member and is of a kind that is chosen"
        raise PlanError(f"plan {case.name}", what, ways=("name its counties under 'at', with a reason",))
    places = tuple(dict.fromkeys(one.place for one in sites))
    centre = middle(*map(str, case.spec["centre"]))
    sizes = np.array([case["size"] * _factor(case, one) if one.whole else 1.0 for one in functions])
    return Inputs(
        functions=functions,
        sites=sites,
        places=places,
        at=np.array([places.index(one.place) for one in sites]),
        roles=roles,
        fit=np.array([[_fit(case, one.id, site) for site in sites] for one in functions]),
        distances=np.array([_kilometres(centre, one.point) for one in sites]),
        inside=np.array([member(case, one.place) == case.spec["origin"] for one in sites]),
        sizes=sizes,
        available=_available(case, functions, sizes),
        room=_room(case, sites, places),
        barred=tuple(_barred(role, functions, sites) for role in roles),
        left_out=left_out,
    )


def _sensible(case: Case) -> None:
    """Refuse levers below zero, at zero where a number is divided by them, and parts above the whole."""
    errors: list[XietongError] = []
    for name, lever in case.levers.items():
        rule = "zero or above" if name not in _ABOVE else "above zero"
        wrong = lever.value < 0 or (name in _ABOVE and lever.value == 0)
        if name in _AT_MOST_ONE and lever.value > 1:
            wrong, rule = True, "a part, between 0 and 1"
        if wrong:
            what, ways = f"lever '{name}' is {lever.value:g}", (f"its range is {lever.low:g} to {lever.high:g}",)
            errors.append(PlanError(f"plan {case.name}", what, why=f"it must be {rule}", ways=ways, where=lever.where))
    if errors:
        raise Problems(f"plan {case.name}", errors) if len(errors) > 1 else errors[0]


def _functions(case: Case) -> tuple[Function, ...]:
    found, register = [], case.register("register")
    for name, spec in case.spec["functions"].items():
        kinds = [str(one) for one in spec.get("kinds", [])]
        items = tuple(one for one in register.values() if kinds and _kind(one) in kinds)
        label, reason = Label.parse(str(spec["label"])), Label.parse(str(spec["reason"]))
        found.append(Function(name, label, str(spec["industry"]), reason, items, bool(kinds)))
    return tuple(found)


def _roles(case: Case) -> tuple[Role, ...]:
    """Return the roles of the framework with the functions that each lets in."""
    told = {
        place: spec for one in case.shelf.study.documents("framework")[:1] for place, spec in one.table("roles").items()
    }
    who, chosen = f"plan {case.name}", case.spec["roles"]
    errors: list[XietongError] = [
        UnknownName(who, "role of the framework", place, told, where=case.where("roles", place))
        for place in chosen
        if place not in told
    ]
    if errors:
        raise Problems(who, errors)
    return tuple(
        Role(
            place, Label.parse(str(told[place]["label"])), tuple(map(str, spec["functions"])),
            Label.parse(str(spec["reason"])), case.where("roles", place),
        )
        for place, spec in chosen.items()
    )  # fmt: skip


def _sites(case: Case, roles: tuple[Role, ...]) -> tuple[tuple[Site, ...], tuple[Missing, ...]]:
    """Return the sites of platforms that can be placed, and the platforms that cannot, with the reason."""
    found, left_out, errors = list[Site](), list[Missing](), list[XietongError]()
    leave, kinds = case.spec.get("leave", {}), [str(one) for one in case.spec["platforms"]]
    for item in case.register("platform").values():
        if _kind(item) not in kinds:
            continue
        told = case.spec.get("at", {}).get(item.id, {})
        places = tuple(map(str, told.get("places", ()))) or _fine(case, item)
        if item.id in leave:
            left_out.append(Missing(Label(item.name, item.name), Label.parse(str(leave[item.id]))))
            continue
        if not places:
            left_out.append(_placeless(item))
        reason = Label.parse(str(told.get("reason", "")))
        for place in places:
            if not (role := _role(case, place, roles)):
                what, where = f"no role covers {place}, where {item.name} lies", case.where("roles")
                errors.append(PackError(f"plan {case.name}", what, where=where, ways=("add the role of its member",)))
            found.append(Site(item, place, middle(place), role, reason))
    if errors:
        raise Problems(f"plan {case.name}", errors)
    return tuple(found), tuple(left_out)


def _placeless(item: Item) -> Missing:
    why = Label("登记只写到省市，未见更细的地点", "the register names a province only; nothing finer was published")
    zh, en = (
        f"在 at.{item.id} 写明区县与理由，或补充登记",
        f"name its counties under at.{item.id}, or contribute to the register",
    )
    return Missing(Label(item.name, item.name), why, (Label(zh, en),))


def _kind(item: Item) -> str:
    told = item["kind"] if "kind" in item.kind.attributes else ()
    return told[0].text if told else ""


def _fine(case: Case, item: Item) -> tuple[str, ...]:
    """Return the places of an item that are finer than a member; none when only members are named."""
    return tuple(place for place in item.places if place != member(case, place))


def above(pack: Pack, place: str) -> Iterator[str]:
    """Yield a place and all places that it lies in, the nearest first."""
    while place in pack.gazetteer.places:
        yield place
        place = pack.gazetteer.places[place].parent


def member(case: Case, place: str) -> str:
    """Return the member of the region in which a place lies; the place itself when there is none."""
    labels = values_of(case.finding(str(case.spec["jobs"]))).axis("place").labels
    return next((one for one in above(case.pack, place) if one in labels), place)


def _role(case: Case, place: str, roles: tuple[Role, ...]) -> str:
    """Return whose role covers a place: that of a perimeter that has it first, then of the nearest place above."""
    named, perimeters = {role.place for role in roles}, case.pack.gazetteer.perimeters
    chain = list(above(case.pack, place))
    inside = [one for one in sorted(named & set(perimeters)) if set(chain) & set(perimeters[one].members)]
    return next(iter((*inside, *(one for one in chain if one in named))), "")


def middle(*places: str) -> tuple[float, float]:
    """Return the mean of the middles of some places, in degrees of longitude and latitude."""
    points = np.array([(one.x, one.y) for one in (boundaries.outline(place).centroid for place in places)])
    return float(points[:, 0].mean()), float(points[:, 1].mean())


def _kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    given = {"from_longitude": a[0], "from_latitude": a[1], "to_longitude": b[0], "to_latitude": b[1]}
    return float(measured("access.great_circle", {name: Given(np.array(one)) for name, one in given.items()}))


def _fit(case: Case, function: str, site: Site) -> float:
    """Return the fit that is stated for the platform itself, else for its kind; 0 where nothing is."""
    own = case.spec.get("fit_of", {}).get(site.item.id, {}).get("fit", {})
    return float(own.get(function, case.spec["fit"][function].get(_kind(site.item), 0.0)))


def _factor(case: Case, one: Function) -> float:
    return float(case.spec["functions"][one.id].get("factor", 1.0))


def _available(case: Case, functions: tuple[Function, ...], sizes: Floats) -> Floats:
    """Return the thousand jobs of each function that may leave."""
    jobs, origin = values_of(case.finding(str(case.spec["jobs"]))), str(case.spec["origin"])
    found = []
    for one, size in zip(functions, sizes, strict=True):
        if one.whole:
            found.append(np.floor(case["batch"] * len(one.items) + 1e-9) * size)
        else:
            there = jobs.cell(place=origin, concept=one.industry) * case["expansion"] / THOUSAND
            found.append(case["share"] * _factor(case, one) * there)
    return np.array(found)


def _room(case: Case, sites: tuple[Site, ...], places: tuple[str, ...]) -> Floats:
    """Return the thousand jobs that each place can take; where platforms overlap, by the one with most room."""
    jobs = values_of(case.finding(str(case.spec["platform_jobs"])))
    known, built = jobs.axis("place").labels, [str(one) for one in case.spec["built"]]
    errors: list[XietongError] = [
        UnknownName(f"plan {case.name}", "place with jobs", one, known, where=case.where("platform_jobs"))
        for one in places
        if one not in known
    ]
    if errors:
        raise Problems(f"plan {case.name}", errors)
    part = dict.fromkeys(places, 0.0)
    for one in sites:
        part[one.place] = max(part[one.place], case["built" if _kind(one.item) in built else "capacity"])
    there = np.array([jobs.cell(place=one) for one in places], dtype=np.float64)
    return np.asarray(there * np.array(list(part.values())) * case["expansion"] / THOUSAND)


def _barred(role: Role, functions: tuple[Function, ...], sites: tuple[Site, ...]) -> Flags:
    """Return which moves a role keeps out."""
    return np.array([[s.role == role.place and one.id not in role.functions for s in sites] for one in functions])


def problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the functions, the fit, the roles and the places of the choices."""
    errors: list[XietongError] = []
    for key, (required, optional, shapes) in _KEYS.items():
        for name in document.table(*path, key):
            errors += document.demand((*path, key, name), required, optional, **shapes)
    if errors:
        return errors
    spec = document.table(*path)
    known = spec["functions"]
    errors += list(_words(document, path, pack))
    errors += document.demand((*path, "fit"), known, tables=tuple(known))
    named = [("roles", name, one, ("functions",)) for name, told in spec["roles"].items() for one in told["functions"]]
    named += [("fit_of", name, one, ("fit",)) for name, told in spec.get("fit_of", {}).items() for one in told["fit"]]
    for key, name, one, rest in named:
        if one not in known:
            where = document.where(*path, key, name, *rest)
            errors.append(UnknownName(f"plan {path[-1]}", "function", str(one), known, where=where))
    return errors + list(_scores(document, path))


def _words(document: Document, path: tuple[str, ...], pack: Pack) -> Iterator[XietongError]:
    """Yield names that the pack does not have: industries, kinds, items, places."""
    spec, who = document.table(*path), f"plan {path[-1]}"
    moved, platforms = (pack.registers[str(spec[key])] for key in ("register", "platform"))
    asked: list[tuple[str, str, Any, tuple[str, ...]]] = []
    for name, one in spec["functions"].items():
        asked.append(("concept", str(one["industry"]), pack.concepts, ("functions", name, "industry")))
        asked += [("kind", str(kind), _kinds(moved), ("functions", name, "kinds")) for kind in one.get("kinds", [])]
    asked += [("kind", str(kind), _kinds(platforms), (key,)) for key in ("platforms", "built") for kind in spec[key]]
    asked += [("item", item, platforms, (key, item)) for key in ("at", "leave", "fit_of") for item in spec.get(key, {})]
    for item, told in spec.get("at", {}).items():
        asked += [("place", str(place), pack.gazetteer.places, ("at", item, "places")) for place in told["places"]]
    asked.append(("place", str(spec["origin"]), pack.gazetteer.places, ("origin",)))
    asked += [("place", str(place), pack.gazetteer.places, ("centre",)) for place in spec["centre"]]
    asked += [
        ("kind", str(kind), _kinds(platforms), ("fit", name))
        for name, told in spec["fit"].items()
        if isinstance(told, Mapping)
        for kind in told
    ]
    for what, name, known, at in asked:
        if name not in known:
            yield UnknownName(who, what, name, known, where=document.where(*path, *at))


def _kinds(register: Any) -> Mapping[str, Any]:
    attributes: Mapping[str, Any] = register.kind.attributes
    return dict(attributes["kind"].words) if "kind" in attributes else {}


def _scores(document: Document, path: tuple[str, ...]) -> Iterator[XietongError]:
    """Yield every fit that is no number between 0 and 1."""
    spec = document.table(*path)
    told: list[tuple[tuple[str, ...], Mapping[str, Any]]] = []
    told += [(("fit", name), one) for name, one in spec["fit"].items() if isinstance(one, Mapping)]
    told += [(("fit_of", name, "fit"), one["fit"]) for name, one in spec.get("fit_of", {}).items()]
    for at, scores in told:
        for name, score in scores.items():
            if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
                what = f"the fit of '{name}' is {score!r}"
                where = document.where(*path, *at)
                yield PackError(f"plan {path[-1]}", what, why="a fit lies between 0 and 1", where=where)
