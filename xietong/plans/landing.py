r"""Landing: which results of one place should land at which bases and parks of its region, and what a base is worth.

.. math::

    \max_{x, y} \sum_{o,s} f_{os} x_{os} \quad \text{s.t.} \quad \sum_s x_{os} \le u_o, \quad
    \sum_o x_{os} \le K y_s, \quad x_{os} \le \lceil \sigma u_o \rceil, \quad \sum_s y_s \le B, \quad
    x_{os} \in \mathbb{Z}_{\ge 0},\ y_s \in \{0, 1\}

    f_{os} = \sum_q \frac{w_q}{\sum_r w_r} \phi_{qos}

Sets: offers :math:`o`, sites :math:`s`, parts of the fit :math:`q`.  Data: :math:`\phi_{qos}`, a part of the fit, from
0 to 1; :math:`u_o`, results of an offer.  Levers: :math:`w_q`, weights; :math:`K`, what one base takes; :math:`B`, how
many bases are kept up; :math:`\sigma`, the largest part of an offer at one base.  Variables: :math:`x_{os}`, results
that land; :math:`y_s`, whether the base is kept up.

What a base is worth is what the plan loses when that base alone is left out; what one more place there, or one more
base, is worth is the price of relaxing, solved again; beside it stands the dual of the LP relaxation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xietong.library.labels import Label
from xietong.plans.blocks import Block, Floats, Indices, Model
from xietong.plans.landing_inputs import PARTS, Offering, offering, problems
from xietong.plans.landing_page import UNIT, WAITS, Worth, sections
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.solving import Answer, solve
from xietong.recipes.measuring import Given, measured

LEVERS = (*(f"weight_{name}" for name in PARTS), "units", "capacity", "bases", "spread")
_LAND, _KEEP = Label("落地的成果", "results that land"), Label("保留的基地", "bases kept up")
_OFFERED, _TAKEN = Label("成果只有这些", "results on offer"), Label("基地容量", "what a base takes")
_COUNT = Label("基地数", "number of bases")
_SMALL = 1e-9


@dataclass(frozen=True)
class Program:
    """The program of landing with where its columns and rows stand."""

    model: Model
    land: Indices
    keep: Indices
    taken: Block
    count: Block


def program(
    fit: Floats, units: Indices, capacity: float, bases: float, spread: float, name: str = "landing",
    *, whole: bool = True, kept: Floats | None = None,
) -> Program:  # fmt: skip
    """Return the program for a fit (offer by site): without ``whole`` the LP relaxation, with ``kept`` the bases fixed.

    Once the bases are chosen, what lands is a transportation problem with whole limits, whose corners are whole: only
    the bases need to be declared so.
    """
    offers, sites = fit.shape
    model = Model(name)
    most = np.ceil(spread * units - _SMALL)[:, None]
    land = model.columns(_LAND, fit.shape, cost=-fit, high=most)
    low, high = (0.0, 1.0) if kept is None else (kept, kept)
    keep = model.columns(_KEEP, sites, low=low, high=high, integer=whole and kept is None)
    row, column = np.arange(offers)[:, None], np.arange(sites)
    model.rows(_OFFERED, offers, [(row, land, 1.0)], high=units)
    model.rows(_TAKEN, sites, [(column, land, 1.0), (column, keep, -capacity)], high=0.0)
    model.rows(_COUNT, 1, [(0, keep, 1.0)], high=bases)
    return Program(model, land, keep, model.row_blocks[1], model.row_blocks[2])


def landing(case: Case) -> Outcome:
    """Return the plan of landing.

    Raises:
        Problems: with every line of the file of offers that cannot be read.
        PlanError: when no site is left or every weight is zero.
    """
    inputs = offering(case)
    built = _program(case, inputs)
    case.progress(f"{len(inputs.offers)} × {len(inputs.sites)}")
    answer = solve(built.model, stopped=case.stopped, presolve=False)
    chosen = _program(case, inputs, kept=np.round(answer.values[built.keep]))
    landed = np.round(solve(chosen.model).values[chosen.land])
    kept = np.flatnonzero(landed.sum(axis=0) > 0)
    worth = _worth(case, inputs, built, answer, kept)
    value = float((inputs.fit * landed).sum())
    bound = min(-answer.bound, worth.relaxation)
    facts = {
        "landed": float(landed.sum()), "offered": float(sum(one.units for one in inputs.offers)),
        "bases": float(kept.size), "mean_fit": value / max(float(landed.sum()), 1.0),
        "relaxation": worth.relaxation, "one_more_base": worth.one_more_base,
    }  # fmt: skip
    return Outcome(
        value, max(bound, value), max(0.0, bound - value) / max(value, 1e-12), Label("契合总和", "sum of the fit"),
        UNIT, "max", sections(case, inputs, landed, worth), tuple(_bindings(inputs, worth, kept)),
        tuple(_checks(case, inputs, answer, landed)), tuple(_points(case, inputs, landed)),
        () if inputs.listed else WAITS, facts, seconds=answer.seconds,
    )  # fmt: skip


def _program(
    case: Case, inputs: Offering, *, whole: bool = True, fit: Floats | None = None, kept: Floats | None = None
) -> Program:
    units = np.array([one.units for one in inputs.offers])
    limits = round(case["capacity"]), round(case["bases"]), case["spread"]
    return program(inputs.fit if fit is None else fit, units, *limits, case.name, whole=whole, kept=kept)


def _worth(case: Case, inputs: Offering, built: Program, answer: Answer, kept: Indices) -> Worth:
    """Solve again without each base, with one more place at each, and with one more base."""
    best = -answer.objective
    without, place = np.zeros(len(inputs.sites)), np.zeros(len(inputs.sites))
    for at in kept:
        closed = np.where(np.arange(len(inputs.sites)) == at, 0.0, inputs.fit)
        without[at] = (
            best + solve(_program(case, inputs, fit=closed).model, stopped=case.stopped, presolve=False).objective
        )
        place[at] = _relaxed(built.model, built.taken, int(at), best)
    relaxed = solve(_program(case, inputs, whole=False).model)
    dual = -float(relaxed.duals[built.count.at[0]])
    frontier = []
    for bases in range(1, len(inputs.sites) + 1):
        moved = built.model.relaxed(built.count, 0, bases - round(case["bases"]))
        frontier.append(-solve(moved, stopped=case.stopped, presolve=False).objective)
        if len(frontier) > 1 and bases > kept.size and frontier[-1] - frontier[-2] <= _SMALL:
            break
    more = _relaxed(built.model, built.count, 0, best)
    return Worth(-relaxed.objective, dual, more, np.maximum(without, 0.0), place, tuple(frontier))


def _relaxed(model: Model, block: Block, position: int, best: float) -> float:
    return max(0.0, -solve(model.relaxed(block, position, 1.0), presolve=False).objective - best)


def _bindings(inputs: Offering, worth: Worth, kept: Indices) -> Iterator[Binding]:
    """Yield what one more base and one more place at each base are worth, the dearest first, zeros left out."""
    if worth.dual > _SMALL:
        yield Binding(
            Label("基地数（松弛的对偶价）", "number of bases, dual of the relaxation"), worth.dual, UNIT, "dual"
        )
    if worth.one_more_base > _SMALL:
        yield Binding(_COUNT, worth.one_more_base, UNIT, "relaxed")
    for at in sorted(kept.tolist(), key=lambda one: (-worth.place[one], one)):
        if worth.place[at] > _SMALL:
            item = inputs.sites[at].item
            label = Label(f"{item.name}的容量", f"what {item.name} takes")
            yield Binding(label, float(worth.place[at]), UNIT, "relaxed")


def _checks(case: Case, inputs: Offering, answer: Answer, landed: Floats) -> Iterator[Check]:
    """Yield the value, the limits and the mean fit as plain sums and the measure of a weighted mean find them."""
    weights = np.array([case[f"weight_{name}"] for name in PARTS])
    fit = sum(weight / weights.sum() * part for weight, part in zip(weights, inputs.parts, strict=True))
    value = float((fit * landed).sum())
    yield Check(Label("契合总和", "sum of the fit"), -answer.objective, value, "numpy")
    over = [float((landed.sum(axis=1) - [one.units for one in inputs.offers]).max())]
    over += [float(landed.sum(axis=0).max()) - round(case["capacity"])]
    over += [float((landed.sum(axis=0) > 0).sum()) - round(case["bases"])]
    yield Check(Label("超出上限", "what exceeds a limit"), 0.0, max(0.0, *over), "numpy")
    if landed.sum() > 0:
        names = (tuple(str(at) for at in range(landed.size)),)
        data = {"values": Given(inputs.fit.ravel(), names), "weights": Given(landed.ravel(), names)}
        mean = float(measured("shares.weighted_mean", data))
        yield Check(Label("平均契合", "mean fit"), value / float(landed.sum()), mean, "shares.weighted_mean")


def _points(case: Case, inputs: Offering, landed: Floats) -> Iterator[dict[str, object]]:
    """Yield the bases that take something, at the middle of their place."""
    from xietong.library.boundaries import entries, outline

    for site, taken in zip(inputs.sites, landed.sum(axis=0), strict=True):
        known = [one for one in (*site.places, *site.prefectures) if one in entries()]
        if taken > 0 and known:
            middle = outline(known[0]).centroid
            names = [case.pack.gazetteer.label(known[0], language) for language in ("zh", "en")]
            yield {
                "id": site.item.id, "name": [site.item.name, site.item.name], "longitude": float(middle.x),
                "latitude": float(middle.y), "value": float(taken), "basis": names,
            }  # fmt: skip


LANDING = Kind(
    landing,
    Label("成果落地", "landing of results"),
    LEVERS,
    required=("sites", "source", "chain_register", "chains", "jobs", "jobs_nearby"),
    optional=("kinds", "without", "segments", "offers", "offer_register"),
    registers=("chain_register", "segments", "offer_register"),
    findings=("jobs", "jobs_nearby"),
    files=("offers",),
    shapes={"tables": ("chains",), "lists": ("sites", "kinds", "without")},
    problems=problems,
)
