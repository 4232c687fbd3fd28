r"""What moves do to structure and gaps, by accounts, and through input-output where a table is at hand.

Accounts: jobs leave the origin in their industry and are added where the site lies; product goes along as ``product``
times the origin's mean product of a job, residents as ``follow`` a job.  The measures of the past are computed on both
sides.

Input-output: with flows between regions and industries, the final demand that moved jobs served moves with them,
:math:`\Delta f = \pm \text{jobs} \times x / \text{jobs} \times f / x`, and the output of all regions changes by
:math:`(I - A)^{-1} \Delta f`; coefficients stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from xietong.diagnosis.evidence import values_of
from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.series import Series
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case, Check
from xietong.plans.relocation_inputs import THOUSAND, Inputs, above
from xietong.recipes.measuring import Given, measured

KRUGMAN, SIMILARITY = "specialisation.krugman", "specialisation.structural_similarity"
AGAINST, LEVEL, HEAD = "specialisation.krugman_against_region", "shares.relative_level", "shares.per_head"
OUTPUT = "input_output.output_for_demand"


@dataclass(frozen=True)
class Change:
    """A measure of the past before and after the moves; ``id`` names it among the facts."""

    id: str
    label: Label
    measure: str
    before: float
    after: float
    digits: int = 4


@dataclass(frozen=True)
class Chain:
    """Change of output of a member through input-output: of the demand that moved, and with all that it draws along."""

    place: str
    direct: float
    total: float


@dataclass(frozen=True)
class Effects:
    """Jobs of members and of areas by industry on both sides, in persons, and what the measures say."""

    members: tuple[str, ...]
    industries: tuple[str, ...]
    before: Floats
    later: Floats
    areas: tuple[str, ...]
    area_before: Floats
    area_later: Floats
    structure: tuple[Change, ...]
    gaps: tuple[Change, ...]
    chains: tuple[Chain, ...]
    origin_jobs: float

    def facts(self) -> Mapping[str, float]:
        """Return every measure on both sides by name."""
        told = (*self.structure, *self.gaps)
        return {
            f"{one.id}.{side}": value for one in told for side, value in (("before", one.before), ("after", one.after))
        }


def effects(case: Case, data: Inputs, moved: Floats) -> Effects:
    """Return what the moves (thousand jobs by function and site) do.

    Raises:
        UnknownName: when a finding lacks a member, an area or an industry.
        PlanError: when more jobs would leave an industry than it has.
    """
    jobs, areas = (values_of(case.finding(str(case.spec[key]))) for key in ("jobs", "areas"))
    members, industries = jobs.axis("place").labels, jobs.axis("concept").labels
    before = _table(jobs, industries) * case["expansion"]
    later = before + shifts(case, data, moved, members, industries)
    if (later < 0).any():
        at = np.argwhere(later < 0)[0]
        what = f"{members[at[0]]} has fewer jobs in {industries[at[1]]} than are to leave: {before[tuple(at)]:.0f}"
        raise PlanError(f"plan {case.name}", what, ways=("lower 'share', 'size' or 'batch'",))
    labels = areas.axis("place").labels
    area_before = _table(areas, industries) * case["expansion"]
    area_later = area_before + shifts(case, data, moved, labels, industries)
    sides = (before, later)
    structure = (*_pairs(case, members, industries, sides), _spread(labels, industries, (area_before, area_later)))
    origin = float(before[members.index(str(case.spec["origin"]))].sum())
    gaps = tuple(_gaps(case, members, sides))
    chains = tuple(_chains(case, members, industries, sides)) if "flows" in case.spec else ()
    return Effects(
        members, industries, before, later, labels, area_before, area_later, structure, gaps, chains, origin / THOUSAND
    )


def shifts(case: Case, data: Inputs, moved: Floats, places: tuple[str, ...], industries: tuple[str, ...]) -> Floats:
    """Return the change of jobs of places by industry, in persons."""
    change = np.zeros((len(places), len(industries)))
    origin = places.index(str(case.spec["origin"]))
    for k, function in enumerate(data.functions):
        column = industries.index(function.industry)
        change[origin, column] -= moved[k].sum() * THOUSAND
        for p, site in enumerate(data.sites):
            into = next(one for one in above(case.pack, site.place) if one in places)
            change[places.index(into), column] += moved[k, p] * THOUSAND
    return change


def _table(series: Series, industries: tuple[str, ...]) -> Floats:
    """Return a series as places by industries."""
    part = series.select(concept=list(industries))
    order = [axis.name for axis in part.axes]
    return np.asarray(
        np.moveaxis(part.values, (order.index("place"), order.index("concept")), (0, 1)), dtype=np.float64
    )


def _pairs(
    case: Case, members: tuple[str, ...], industries: tuple[str, ...], sides: tuple[Floats, Floats]
) -> Iterator[Change]:
    """Yield likeness of structure and distance for every two members."""
    for measure, zh, en in ((KRUGMAN, "克鲁格曼指数", "Krugman index"), (SIMILARITY, "结构相似系数", "similarity")):
        for a, b in combinations(range(len(members)), 2):
            before, after = (
                float(measured(measure, {"a": Given(jobs[a], (industries,)), "b": Given(jobs[b], (industries,))}))
                for jobs in sides
            )
            pair = names(case, members[a], members[b])
            label = Label(f"{zh}：{pair.zh}", f"{en}: {pair.en}")
            yield Change(f"{measure.partition('.')[2]}.{members[a]}.{members[b]}", label, measure, before, after)


def names(case: Case, *places: str) -> Label:
    """Return the names of some places."""
    label = case.pack.gazetteer.label
    return Label("、".join(label(one) for one in places), ", ".join(label(one, "en") for one in places))


def _spread(areas: tuple[str, ...], industries: tuple[str, ...], sides: tuple[Floats, Floats]) -> Change:
    """Return the mean distance of an area from all others together."""
    before, after = (
        float(
            measured(
                AGAINST, {"amounts": Given(jobs, (areas, industries))}, {"reference": "sum_of_others"}
            ).values.mean()
        )
        for jobs in sides
    )
    label = Label(
        f"{len(areas)} 地各对其余的克鲁格曼指数均值", f"mean Krugman index of {len(areas)} areas against the others"
    )
    return Change("krugman_of_areas", label, AGAINST, before, after)


def _gaps(case: Case, members: tuple[str, ...], sides: tuple[Floats, Floats]) -> Iterator[Change]:
    """Yield jobs and product per resident of each member over the origin, on both sides."""
    before, later = (jobs.sum(axis=1) for jobs in sides)
    origin = members.index(str(case.spec["origin"]))
    people = values_of(case.finding(str(case.spec["people"]))).select(place=list(members)).values.ravel()
    series = values_of(case.finding(str(case.spec["product"])))
    product = series.select(place=list(members), period=str(case.spec["year"])).values.ravel()
    moved = later - before
    people_later = people + case["follow"] * moved
    product_later = product + case["product"] * product[origin] / before[origin] * moved
    for name, zh, en, first, second in (
        ("jobs_per_resident", "就业与常住人口之比", "jobs per resident", before, later),
        ("product_per_head", "人均地区生产总值", "product per head", product, product_later),
    ):
        ratios = [_relative(first, people, origin), _relative(second, people_later, origin)]
        for at, place in enumerate(members):
            if at != origin:
                pair = names(case, place), names(case, members[origin])
                label = Label(f"{zh}：{pair[0].zh}相当于{pair[1].zh}", f"{en}: {pair[0].en} over {pair[1].en}")
                yield Change(f"{name}.{place}", label, LEVEL, float(ratios[0][at]), float(ratios[1][at]))


def _relative(amount: Floats, people: Floats, origin: int) -> Floats:
    """Return the level per head of each place over that of the origin."""
    level = measured(HEAD, {"amount": Given(amount), "people": Given(people)}).values
    return measured(LEVEL, {"level": Given(level), "reference": Given(np.full_like(level, level[origin]))}).values


def _chains(
    case: Case, members: tuple[str, ...], industries: tuple[str, ...], sides: tuple[Floats, Floats]
) -> Iterator[Chain]:
    """Yield the change of output of each member when the demand behind the moved jobs moves."""
    flows = values_of(case.finding(str(case.spec["flows"])))
    output = values_of(case.finding(str(case.spec["output"]))).values
    labels = tuple(f"{place}/{one}" for place in members for one in industries)
    table = flows.select(seller=list(labels), buyer=list(labels)).values
    demand = output - table.sum(axis=1)
    jobs, change = sides[0].ravel(), (sides[1] - sides[0]).ravel()
    moved = np.divide(change, jobs, out=np.zeros_like(jobs), where=jobs > 0)
    out = np.where(change < 0, moved * demand, 0.0).reshape(len(members), -1)
    arriving = np.maximum(sides[1] - sides[0], 0.0)
    share = np.divide(arriving, arriving.sum(axis=0), out=np.zeros_like(arriving), where=arriving.sum(axis=0) > 0)
    direct = out - out.sum(axis=0) * share
    names_of = (labels,)
    given = {"flows": Given(table, (labels, labels)), "output": Given(output, names_of)}
    total = measured(OUTPUT, {**given, "demand": Given(direct.ravel(), names_of)}).values.reshape(direct.shape)
    for at, place in enumerate(members):
        yield Chain(place, float(direct[at].sum()), float(total[at].sum()))


def effects_checks(after: Effects) -> Iterator[Check]:
    """Yield what the measures say and what plain sums find."""
    zh, en = "岗位总数不变", "no job is lost or made"
    yield Check(Label(zh, en), float(after.before.sum()), float(after.later.sum()), "numpy")
    total = Label("各地岗位总数不变", "no job is lost or made among areas")
    yield Check(total, float(after.area_before.sum()), float(after.area_later.sum()), "numpy")
    shares = after.later / after.later.sum(axis=1, keepdims=True)
    found = iter(np.abs(shares[a] - shares[b]).sum() for a, b in combinations(range(len(after.members)), 2))
    for one in after.structure:
        if one.measure == KRUGMAN:
            yield Check(one.label, one.after, float(next(found)), KRUGMAN)
    for chain in after.chains[:1]:
        label = Label("移动的需求合计为零", "the demand that moves adds up to zero")
        yield Check(label, 0.0, sum(one.direct for one in after.chains), f"{OUTPUT} ({chain.place} …)")
