"""What the plan of landing stands on: offers by chain, sites that may take them, and the fit of each pair in parts.

Every part lies between 0 and 1.  Two come from jobs by industry: how far the place is specialised in the industries of
the chain, and how much of what goes with them it already has.  Two come from registers: whether a published segment of
the chain stands in the very place, and whether the site is linked to the chain.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from xietong.diagnosis.evidence import values_of
from xietong.errors import PackError, PlanError, Problems, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.places import Place
from xietong.library.registers.items import Item
from xietong.library.series import Series
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case
from xietong.recipes.measuring import Given, measured

PARTS: Mapping[str, Label] = {
    "specialised": Label("专业化", "specialised"),
    "related": Label("关联", "related"),
    "named": Label("环节在此", "segment here"),
    "serves": Label("平台对口", "site serves it"),
}
COLUMNS = ("offer", "chain", "units")


@dataclass(frozen=True)
class Offer:
    """Results of one kind: their name, chain, the industries that could take them, how many, and their line."""

    id: str
    name: Label
    chain: str
    industries: tuple[str, ...]
    units: int
    where: str


@dataclass(frozen=True)
class Site:
    """A base or park with its places outside the source and the places of the jobs that they belong to."""

    item: Item
    places: tuple[str, ...]
    prefectures: tuple[str, ...]


@dataclass(frozen=True)
class Offering:
    """Offers, sites, the parts of the fit (part by offer by site), the fit itself, and the sites left out."""

    offers: tuple[Offer, ...]
    sites: tuple[Site, ...]
    parts: Floats
    fit: Floats
    left_out: tuple[tuple[Item, Label], ...]
    listed: bool


@dataclass(frozen=True)
class _Jobs:
    """Specialisation and relatedness of every place in every industry."""

    places: tuple[str, ...]
    industries: tuple[str, ...]
    specialised: Floats
    related: Floats


def offering(case: Case) -> Offering:
    """Return the inputs of a case.

    Raises:
        Problems: with every line of the file of offers that cannot be read.
        PlanError: when no site is left, or every weight of the fit is zero.
    """
    jobs = _jobs(case)
    offers, listed = _offers(case, jobs)
    sites, left_out = _sites(case, jobs)
    if not sites:
        raise PlanError(
            f"plan {case.name}", "no site is left", ways=("name more kinds of site, or sites with a place",)
        )
    weights = np.array([case[f"weight_{name}"] for name in PARTS])
    if weights.sum() <= 0 or weights.min() < 0:
        raise PlanError(f"plan {case.name}", "the weights of the fit must be 0 or more, and one of them above 0")
    parts = _parts(case, jobs, offers, sites)
    fit = np.tensordot(weights / weights.sum(), parts, axes=1)
    return Offering(offers, sites, parts, fit, left_out, listed)


def _jobs(case: Case) -> _Jobs:
    """Return quotients of the places, and the density around each industry of what goes together in finer places."""
    coarse, fine = (values_of(case.finding(str(case.spec[key]))) for key in ("jobs", "jobs_nearby"))
    places, industries = coarse.axis("place").labels, coarse.axis("concept").labels
    amounts = Given(_table(coarse, industries), (places, industries))
    quotient = measured("quotients.symmetric_location_quotient", {"amounts": amounts}).values
    near = Given(_table(fine, industries), (fine.axis("place").labels, industries))
    proximity = measured("relatedness.proximity", {"amounts": near}).values
    told = {"amounts": amounts, "proximities": Given(proximity, (industries, industries))}
    related = measured("relatedness.relatedness_density", told).values
    return _Jobs(places, industries, (1 + quotient) / 2, related)


def _table(series: Series, industries: tuple[str, ...]) -> Floats:
    """Return jobs by place and industry; the axis of periods, where there is one, must have one label."""
    series = series.select(concept=list(industries))
    order = [axis.name for axis in series.axes]
    values = np.moveaxis(series.values, (order.index("place"), order.index("concept")), (0, 1))
    return np.asarray(values.reshape(values.shape[0], values.shape[1]))


def _offers(case: Case, jobs: _Jobs) -> tuple[tuple[Offer, ...], bool]:
    """Return the offers of the file, else those of the register, else the same number of each chain."""
    chains, register = case.spec["chains"], case.register("chain_register")
    if "offers" in case.spec:
        return _read(case, jobs), True
    if found := _registered(case):
        return found, True
    units = round(case["units"])
    return tuple(
        Offer(name, _name(register[name]), name, tuple(map(str, one["industries"])), units, case.where("chains", name))
        for name, one in chains.items()
    ), False  # fmt: skip


def _name(item: Item) -> Label:
    return Label(item.name, item.name)


def _registered(case: Case) -> tuple[Offer, ...]:
    """Return the items of the register of offers by the words of their field; one of no chain is left out."""
    if "offer_register" not in case.spec:
        return ()
    chain_of = {str(word): name for name, one in case.spec["chains"].items() for word in one.get("fields", ())}
    found = []
    for item in case.register("offer_register").values():
        fields = [word for value in item["field"] for word in value.text.split(";")]
        chain = next((chain_of[word] for word in fields if word in chain_of), "")
        if chain:
            capacity = item["capacity"] if "capacity" in item.kind.attributes else ()
            units = int(float(capacity[0].text)) if capacity else 1
            industries = tuple(map(str, case.spec["chains"][chain]["industries"]))
            found.append(Offer(item.id, _name(item), chain, industries, units, item.leading.where))
    return tuple(found)


def _read(case: Case, jobs: _Jobs) -> tuple[Offer, ...]:
    """Read the file of offers: ``offer``, ``chain``, ``units``, and where known ``name`` and ``industries``.

    Raises:
        Problems: with every line that cannot be read.
    """
    path = case.document.path.parent / str(case.spec["offers"])
    shown = f"{case.document.shown.rpartition('/')[0]}/{case.spec['offers']}"
    errors: list[XietongError] = []
    found: dict[str, Offer] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if absent := [one for one in COLUMNS if one not in (reader.fieldnames or ())]:
            raise PackError("offers", f"the column {', '.join(absent)} is missing", where=f"{shown}:1")
        for row in reader:
            where = f"{shown}:{reader.line_num}"
            told = list(_row_problems(case, jobs, row, where, found))
            errors += told
            if not told:
                found[row["offer"]] = _row(case, row, where)
    if errors or not found:
        raise Problems("offers", errors or [PackError("offers", "the file holds no offer", where=shown)])
    return tuple(found.values())


def _row(case: Case, row: Mapping[str, str], where: str) -> Offer:
    told = [one for one in (row.get("industries") or "").split(";") if one]
    industries = tuple(told or map(str, case.spec["chains"][row["chain"]]["industries"]))
    return Offer(
        row["offer"], Label.parse(row.get("name") or row["offer"]), row["chain"], industries, int(row["units"]), where
    )


def _row_problems(
    case: Case, jobs: _Jobs, row: Mapping[str, str], where: str, found: Mapping[str, Offer]
) -> Iterator[XietongError]:
    if not row["offer"]:
        yield PackError("offers", "the offer has no name of its own", where=where)
    if row["offer"] in found:
        yield PackError("offers", f"'{row['offer']}' also stands at {found[row['offer']].where}", where=where)
    if row["chain"] not in case.spec["chains"]:
        yield UnknownName("offers", "chain", row["chain"], case.spec["chains"], where=where)
    if not (row["units"] or "").isdigit() or int(row["units"]) < 1:
        yield PackError("offers", f"units must be a whole number above 0, not '{row['units']}'", where=where)
    for one in (row.get("industries") or "").split(";"):
        if one and one not in jobs.industries:
            yield UnknownName("offers", "industry", one, jobs.industries, where=where)


def _sites(case: Case, jobs: _Jobs) -> tuple[tuple[Site, ...], tuple[tuple[Item, Label], ...]]:
    """Return the sites of the kinds that the study names, outside the source, and those without a place."""
    kinds, source = set(map(str, case.spec.get("kinds", ()))), str(case.spec["source"])
    places, without = case.pack.gazetteer.places, set(map(str, case.spec.get("without", ())))
    sites, left_out = [], []
    for name in case.spec["sites"]:
        for item in case.pack.registers[str(name)].values():
            told = {value.text for value in item["kind"]} if "kind" in item.kind.attributes else set()
            if told and kinds and not told & kinds:
                continue
            if item.id in without:
                left_out.append((item, Label("本研究剔除", "the study leaves it out")))
                continue
            outside = tuple(one for one in item.places if source not in _up(places, one))
            prefectures = tuple(dict.fromkeys(up for one in outside for up in _up(places, one) if up in jobs.places))
            if prefectures:
                sites.append(Site(item, outside, prefectures))
            elif outside:
                left_out.append((item, Label("只公布到省", "published by province only")))
            else:
                left_out.append((item, Label("在成果来源地之内", "inside the place that the results come from")))
    return tuple(sites), tuple(left_out)


def _up(places: Mapping[str, Place], code: str) -> list[str]:
    """Return a place and those above it."""
    found = []
    while code in places:
        found.append(code)
        code = places[code].parent
    return found


def _parts(case: Case, jobs: _Jobs, offers: Iterable[Offer], sites: Iterable[Site]) -> Floats:
    """Return the parts of the fit: part by offer by site; of several industries or places the plain mean."""
    offers, sites = list(offers), list(sites)
    found = np.zeros((len(PARTS), len(offers), len(sites)))
    named, serves = _segments(case), _served(case)
    row = {place: at for at, place in enumerate(jobs.places)}
    column = {industry: at for at, industry in enumerate(jobs.industries)}
    for o, offer in enumerate(offers):
        inside = [column[one] for one in offer.industries]
        for s, site in enumerate(sites):
            here = np.ix_([row[one] for one in site.prefectures], inside)
            found[:2, o, s] = jobs.specialised[here].mean(), jobs.related[here].mean()
            found[2, o, s] = float(bool(named.get(offer.chain, set()) & set(site.prefectures)))
            found[3, o, s] = float((site.item.ref, offer.chain) in serves)
    return found


def _segments(case: Case) -> dict[str, set[str]]:
    """Return the places that published segments of each chain name, by the place as printed and the city above it."""
    found: dict[str, set[str]] = {}
    if "segments" not in case.spec:
        return found
    places = case.pack.gazetteer.places
    for item in case.register("segments").values():
        for link in item.links:
            if link.source == item.ref and link.target.startswith(f"{case.spec['chain_register']}:"):
                inside = found.setdefault(link.target.partition(":")[2], set())
                inside |= {up for one in item.places for up in _up(places, one)[:2]}
    return found


def _served(case: Case) -> set[tuple[str, str]]:
    """Return the sites that a link of the registers ties to a chain."""
    start = f"{case.spec['chain_register']}:"
    names = [str(name) for name in case.spec["sites"]]
    links = [link for name in names for link in case.pack.registers[name].links]
    return {(one.source, one.target.removeprefix(start)) for one in links if one.target.startswith(start)}


def problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the chains, industries, sites and files of a plan, each with its line."""
    spec, who = document.table(*path), f"plan {path[-1]}"
    errors: list[XietongError] = []
    for name in document.table(*path, "chains"):
        errors += document.demand((*path, "chains", name), ("industries",), ("fields",), lists=("industries", "fields"))
    if errors:
        return errors
    named: list[tuple[str, object, Iterable[str], tuple[str, ...]]] = []
    named += [("item", name, pack.registers[spec["chain_register"]], ("chains", name)) for name in spec["chains"]]
    named += [
        ("concept", one, pack.concepts, ("chains", name))
        for name, chain in spec["chains"].items()
        for one in chain["industries"]
    ]
    named += [("class of register", name, pack.registers, ("sites",)) for name in spec["sites"]]
    items = [item for name in spec["sites"] if name in pack.registers for item in pack.registers[name]]
    named += [("item", one, items, ("without",)) for one in spec.get("without", ())]
    named.append(("place", spec["source"], pack.gazetteer.places, ("source",)))
    for kind, told, names, keys in named:
        if str(told) not in names:
            errors.append(UnknownName(who, kind, str(told), names, where=document.where(*path, *keys)))
    if "offers" in spec:
        file = document.path.parent / str(spec["offers"])
        if document.path.parent.resolve() not in file.resolve().parents or not file.is_file():
            what, ways = f"there is no file '{spec['offers']}' beside the plan", (f"columns: {', '.join(COLUMNS)}",)
            errors.append(PackError(who, what, ways=ways, where=document.where(*path, "offers")))
    return errors
