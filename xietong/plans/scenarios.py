r"""Scenarios: levels of places into the future, drawn over the ranges of the levers; a fan and never a line.

.. math::

    x_{p,t+1} = x_{pt} \left(1 + g_p + \kappa \ln \frac{x_{qt}}{x_{pt}}\right), \qquad
    (g, \kappa) \sim U[\text{low}, \text{high}], \qquad y_t = m(x_t)

Sets: places *p*, among them, where the study names one, the leader *q* that the others are drawn to; years *t* from
the last observed one to the horizon.  Data: :math:`x_{p0}`, a finding over place and year.  Levers, each with range
and reason: :math:`g_p`, growth of a place a year; :math:`\kappa`, the elasticity of growth to the distance from the
leader in logs (lever ``pull``).  :math:`m`: the measure by which the study scores the past, here applied to every
draw.

Draws: a scrambled Sobol sequence with a seed of the study (``sensitivity.sobol_design``), so that the same choices
give the same bytes.  A band holds the middle share of the draws year by year.  The series of the outcome is the levels
of whole runs: those whose score in the last year stands at the quantiles, so that a measure of the study can score
them as it scores the past.  A lever that is moved away from its value in the study is held there; the others keep
their ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from xietong.diagnosis.evidence import values_of
from xietong.errors import PackError, PlanError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.pack import Pack
from xietong.library.series import Axis, Series
from xietong.library.units import conversion
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case, Check, Kind, Outcome
from xietong.plans.scenarios_page import QUANTILES, Cloud, Past, sections
from xietong.plans.stocks import euler
from xietong.recipes.measuring import Given, measured

_PULL, _TOTAL = "pull", "total"


def _levers_of(spec: Mapping[str, Any]) -> Iterable[str]:
    """Return growth of each place, and the pull where there is a leader."""
    return [*(f"growth_{place}" for place in spec["places"]), *([_PULL] if "leader" in spec else [])]


@dataclass(frozen=True)
class World:
    """What stays the same in all draws: places, levels of the last year observed, years to run, leader, and score."""

    places: tuple[str, ...]
    start: Floats
    years: int
    leader: int
    score: Mapping[str, Any]
    unit: str

    def run(self, levers: Floats, start: Floats | None = None, years: int | None = None) -> Floats:
        """Return the levels over year, draw and place; ``levers`` is draws by levers, in the order of the kind."""
        places = len(self.places)
        growth, pull = levers[:, :places], levers[:, places:] if self.leader >= 0 else np.zeros((len(levers), 1))

        def flow(_: float, levels: Floats) -> Floats:
            if self.leader < 0:
                return levels * growth
            return levels * (growth + pull * np.log(levels[:, [self.leader]] / levels))

        first = self.start if start is None else start
        levels = euler(np.tile(first, (len(levers), 1)), flow, step=1.0, steps=self.years if years is None else years)
        if (levels <= 0).any():
            raise PlanError("scenarios", "a level falls to zero or below", ways=("levers within their ranges",))
        return levels

    def scored(self, levels: Floats) -> Floats:
        """Return the measure of the study on levels whose last axis is the place."""
        known = {"measure", "unit", "label", "choices"}
        given = {
            key: Given(self._taken(levels, told), names=(tuple(told),) if isinstance(told, list) else ())
            for key, told in self.score.items()
            if key not in known
        }
        result = measured(str(self.score["measure"]), given, self.score.get("choices", {}))
        factor = conversion(result.unit, self.unit, str(self.score["measure"])) if self.unit else Fraction(1)
        return np.asarray(result.values * float(factor))

    def _taken(self, levels: Floats, told: Any) -> Floats:
        if isinstance(told, list):
            return levels[..., [self.places.index(one) for one in told]]
        return levels.sum(axis=-1) if told == _TOTAL else levels[..., self.places.index(told)]


def solve(case: Case) -> Outcome:
    """Return the fan of the score, whole runs at its quantiles, and which lever moves it most.

    Raises:
        PlanError: when the finding does not stand over place and year, or the horizon is not later than its last year.
    """
    past = _past(case)
    world = _world(case, past)
    cloud = _cloud(case, world)
    last = np.sort(cloud.scores[-1])
    middle = float(_quantile(last, 0.5))
    low, high = float(_quantile(last, 0.05)), float(_quantile(last, 0.95))
    runs = _runs(case, cloud, past)
    central = float(world.scored(runs.values[QUANTILES.index(0.5), :, -1]))
    return Outcome(
        middle,
        middle,
        0.0,
        Label(f"{case.spec['horizon']} 年中位数", f"median of {case.spec['horizon']}"),
        Label(world.unit or "1", world.unit or "1"),
        "none",
        sections(case, past, cloud),
        checks=(
            Check(
                Label("中位情景按原测度再评", "the median run scored again"),
                middle,
                central,
                str(world.score["measure"]),
            ),
            Check(
                Label("中位情景逐年手算", "the median run again, year by year"),
                central,
                _again(world, cloud),
                "recursion",
            ),
        ),
        facts={
            "low": low,
            "high": high,
            "baseline": float(cloud.baseline[-1]),
            "now": float(past.scores[-1]),
            "above now": float((last > past.scores[-1]).mean()),
        },
        series=runs,
    )


def _quantile(values: Floats, share: float) -> Floats:
    """Return the quantile that is one of the values itself."""
    return np.asarray(np.quantile(values, share, axis=-1, method="inverted_cdf"))


def _past(case: Case) -> Past:
    """Return what was observed: the years with all places, the levels, and their score."""
    name, places = str(case.spec["levels"]), [str(one) for one in case.spec["places"]]
    who, where = f"plan {case.name}", case.where("levels")
    series = values_of(case.finding(name)).select(place=places)
    if [axis.name for axis in series.axes] != ["place", "period"]:
        told = ", ".join(axis.name for axis in series.axes)
        raise PlanError(who, f"'{name}' stands over {told}; place and period are wanted", where=where)
    full = np.flatnonzero(np.isfinite(series.values).all(axis=0) & (series.values > 0).all(axis=0))
    labels = [series.axis("period").labels[int(at)] for at in full]
    if len(labels) < 2 or int(labels[-1]) >= int(case.spec["horizon"]):
        what = f"'{name}' has {len(labels)} years with all places, up to {labels[-1] if labels else 'none'}"
        raise PlanError(who, what, ways=(f"two are needed, before the horizon {case.spec['horizon']}",), where=where)
    levels = series.values[:, full].T
    years = tuple(map(int, labels))
    world = World(tuple(places), levels[-1], 0, -1, case.spec["score"], str(case.spec["score"].get("unit", "")))
    return Past(years, tuple(places), levels, world.scored(levels), series.unit, name, _windows(case, years, levels))


def _windows(case: Case, years: tuple[int, ...], levels: Floats) -> Floats:
    """Return lowest, overall and highest yearly growth of each place over all spans of at least ``window`` years."""
    spans = [(at, to) for at in range(len(years)) if (to := _end(years, at, int(case.spec["window"])))]
    rates = np.array([_growth(levels[at], levels[to], years[to] - years[at]) for at, to in spans])
    overall = _growth(levels[0], levels[-1], years[-1] - years[0])
    found = rates if rates.size else overall[None]
    return np.stack([found.min(axis=0), overall, found.max(axis=0)])


def _end(years: tuple[int, ...], at: int, window: int) -> int | None:
    return next((to for to in range(at + 1, len(years)) if years[to] - years[at] >= window), None)


def _growth(first: Floats, last: Floats, years: int) -> Floats:
    given = {"first": Given(first), "last": Given(last)}
    return measured("growth.compound_annual_growth", given, {"years": float(years)}).values


def _world(case: Case, past: Past) -> World:
    leader = past.places.index(str(case.spec["leader"])) if "leader" in case.spec else -1
    score = case.spec["score"]
    years = int(case.spec["horizon"]) - past.years[-1]
    return World(past.places, past.levels[-1], years, leader, score, str(score.get("unit", "")))


def _cloud(case: Case, world: World) -> Cloud:
    """Run all draws: two independent matrices for the fan, and one for each lever for the sensitivity."""
    names = list(_levers_of(case.spec))
    levers = [case.levers[name] for name in names]
    held = case.document.table(*case.path, "levers")
    free = [at for at, one in enumerate(levers) if one.low < one.high and one.value == held[names[at]]["value"]]
    values = np.array([one.value for one in levers])
    baseline = world.run(values[None])[:, 0]
    hindcast = values.copy()
    if not free:
        runs = world.run(values[None])
        return Cloud(names, values[None], runs, world.scored(runs), world.scored(baseline), hindcast, [], None)
    ends = {end: Given(np.array([getattr(levers[at], end) for at in free])) for end in ("low", "high")}
    choices = {"replications": int(case.spec["draws"]), "seed": int(case.spec["seed"])}
    design = measured("sensitivity.sobol_design", ends, choices).values
    every = np.broadcast_to(values, (*design.shape[:2], len(levers))).copy()
    every[..., free] = design
    flat = every.reshape(-1, len(levers))
    runs = world.run(flat)
    scores = world.scored(runs)
    outcome = scores[-1].reshape(design.shape[:2])
    given = {"y_a": Given(outcome[0]), "y_b": Given(outcome[1]), "y_ab": Given(outcome[2:])}
    shares = measured("sensitivity.sobol_indices", given, {"estimator": "jansen"}).values
    both = 2 * design.shape[1]
    calm = None
    if names[-1] == _PULL and len(names) - 1 in free:
        still = flat[:both].copy()
        still[:, -1] = values[-1]
        calm = world.scored(world.run(still))[-1]
    swings = np.array([[_swing(world, levers, values, at, end) for end in ("low", "high")] for at in free])
    return Cloud(
        names, flat[:both], runs[:, :both], scores[:, :both], world.scored(baseline), hindcast, free,
        np.concatenate([shares, swings], axis=1), calm,
    )  # fmt: skip


def _swing(world: World, levers: list[Any], values: Floats, at: int, end: str) -> float:
    """Return the score in the last year with one lever at an end of its range and the others as they stand."""
    moved = values.copy()
    moved[at] = getattr(levers[at], end)
    return float(world.scored(world.run(moved[None]))[-1, 0])


def _picked(cloud: Cloud) -> list[int]:
    """Return the draws whose score in the last year stands at each quantile."""
    order = np.argsort(cloud.scores[-1], kind="stable")
    ranked = cloud.scores[-1][order]
    return [int(order[int(np.searchsorted(ranked, float(_quantile(ranked, share))))]) for share in QUANTILES]


def _runs(case: Case, cloud: Cloud, past: Past) -> Series:
    """Return the levels of the runs at the quantiles over quantile, place and year, as a scenario."""
    values = np.ascontiguousarray(cloud.runs[:, _picked(cloud)].transpose(1, 2, 0))
    years = tuple(str(past.years[-1] + at) for at in range(values.shape[-1]))
    axes = (
        Axis("quantile", tuple(f"{share:g}" for share in QUANTILES)),
        Axis("place", past.places),
        Axis("period", years),
    )
    flags, grades = (
        np.full(values.shape, int(Flag.SCENARIO), np.uint8),
        np.full(values.shape, int(Grade.ASSUMED), np.uint8),
    )
    benchmarks = values_of(case.finding(past.finding)).benchmarks
    return Series(
        f"plan.{case.name}.levels",
        past.unit,
        axes,
        values,
        flags,
        grades,
        np.full(values.shape, -1, np.int64),
        benchmarks,
    )


def _again(world: World, cloud: Cloud) -> float:
    """Return the score of the median run from a plain recursion over the years."""
    levers = cloud.levers[_picked(cloud)[QUANTILES.index(0.5)]]
    levels = list(world.start)
    for _ in range(world.years):
        lead = levels[world.leader]
        pulled = [levers[-1] * float(np.log(lead / one)) if world.leader >= 0 else 0.0 for one in levels]
        levels = [one * (1 + rate + pull) for one, rate, pull in zip(levels, levers, pulled, strict=False)]
    return float(world.scored(np.array(levels)))


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    spec, who = document.table(*path), f"plan {path[1]}"
    errors: list[XietongError] = []
    if not (isinstance(spec["horizon"], str) and spec["horizon"].isdigit() and len(spec["horizon"]) == len("2000")):
        what = f"'horizon' must be a year, not {spec['horizon']!r}"
        errors.append(PackError(who, what, where=document.where(*path, "horizon")))
    if "leader" in spec and spec["leader"] not in spec["places"]:
        errors.append(
            UnknownName(who, "place", str(spec["leader"]), spec["places"], where=document.where(*path, "leader"))
        )
    if "measure" not in spec["score"]:
        what = "the score names no measure"
        errors.append(PackError(who, what, ways=("add measure = …",), where=document.where(*path, "score")))
    told = [one for key, each in spec["score"].items() if key not in ("measure", "unit", "label", "choices")
            for one in (each if isinstance(each, list) else [each])]  # fmt: skip
    for one in told:
        if one not in spec["places"] and one != _TOTAL:
            errors.append(UnknownName(who, "place", str(one), spec["places"], where=document.where(*path, "score")))
    for key, lever in document.table(*path, "levers").items():
        if not -1 < lever["low"] <= lever["high"] < 1:
            what, where = (
                f"the range {lever['low']} to {lever['high']} is no yearly rate",
                document.where(*path, "levers", key),
            )
            errors.append(PackError(f"lever {key} of {who}", what, why="0.05 is five per cent", where=where))
    return errors


SCENARIOS = Kind(
    solve,
    Label("情景", "scenarios"),
    (),
    required=("levels", "places", "horizon", "window", "draws", "seed", "score"),
    optional=("leader", "total"),
    findings=("levels", "total"),
    shapes={"lists": ("places",), "counts": ("window", "draws", "seed"), "tables": ("score",)},
    problems=_problems,
    scenario=True,
    levers_of=_levers_of,
)
