"""Spatial interaction: what size and distance say of flows, fitted as flows and never as logarithms.

The flows are expected to be the exponential of logarithms of mass and of distance, and are fitted by Poisson pseudo
maximum likelihood: right whatever the variance, with zeros in place and fractions allowed.  The family of models is
that of how much is taken as given: nothing, what leaves every place, what reaches it, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from xietong.measures.axes import Array, OverPairs, OverParts, PlacesOfPairs, Whole
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure, misuse
from xietong.measures.poisson import Fit, fit, numbered, variance
from xietong.measures.poisson import separated as without_end
from xietong.measures.preconditions import finite, not_negative, positive

Decay: TypeAlias = Literal["power", "exponential"]
Errors: TypeAlias = Literal["robust", "two-way", "quasi"]

_WILSON = (
    "Wilson, A. G. (1971), A Family of Spatial Interaction Models, and Associated Developments, Environment and "
    "Planning A 3(1): 1-32"
)
_PPML = (
    "Santos Silva, J. M. C. and Tenreyro, S. (2006), The Log of Gravity, Review of Economics and Statistics 88(4): "
    "641-658; pairs without a flow that no estimate exists for: Correia, S., Guimarães, P. and Zylkin, T. (2019), "
    "Verifying the Existence of Maximum Likelihood Estimates for Generalized Linear Models, arXiv 1903.01633"
)
_EIGHT = {"pair": 8}
_EIGHT_REASON = "fewer than eight pairs tell nothing of distance"
_ZERO = "照用；被分离的配对剔除并计数 | used; separated pairs are left out and counted"
_UNDEFINED = "双向聚类方差为负时，标准误及其检验无定义 | error and test when the two-way variance is below zero"
_DISTANCE = ("距离系数 | coefficient of distance", "标准误 | standard error", "z值 | z", "p值 | p")
_ORIGIN = ("起点规模弹性 | elasticity of origin mass", "起点规模标准误 | standard error of origin mass")
_DESTINATION = ("终点规模弹性 | elasticity of destination mass", "终点规模标准误 | standard error of destination mass")
_GOODNESS = (
    "偏差 | deviance", "拟R平方 | pseudo R squared", "过度离散 | overdispersion", "标准化均方根误差 | SRMSE",
    "共同部分 | common part (CPC)", "索伦森相似度 | Sørensen similarity", "所用配对 | pairs used",
    "被分离的配对 | pairs separated",
)  # fmt: skip
_MASS = "state the size of every place above zero, or take a model with effects of places"
_APART = "state the distance of every pair above zero; what stays inside a place is left out or given a distance"


@measure(
    label="空间相互作用：无约束 | Spatial interaction, unconstrained",
    unit="1",
    bounds=(None, None),
    reference=f"{_WILSON}; {_PPML}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZERO,
    undefined=_UNDEFINED,
    parts=(*_DISTANCE, *_ORIGIN, *_DESTINATION, *_GOODNESS),
    also=("gravity_model", "ppml"),
)
def unconstrained(
    flows: OverPairs,
    origins: PlacesOfPairs,
    destinations: PlacesOfPairs,
    origin_masses: OverPairs,
    destination_masses: OverPairs,
    distances: OverPairs,
    *,
    decay: Decay,
    errors: Errors = "robust",
) -> OverParts:
    r"""How flows go with the size of both ends and with distance, nothing taken as given.

    .. math:: \hat{T}_{ij} = \exp(k + \mu \ln M_i + \alpha \ln N_j - \beta f(d_{ij})), \qquad
       \sum_{ij} (T_{ij} - \hat{T}_{ij})\, x_{ij} = 0

    :math:`T_{ij}`: flow; :math:`M_i, N_j`: masses; :math:`f(d)`: :math:`\ln d` with decay ``power``, *d* itself with
    ``exponential``; :math:`x_{ij}`: every column and the constant. The coefficient of distance is :math:`-\beta`.
    ``robust``: errors pair by pair; ``two-way``: pairs with one origin, or one destination, go together; ``quasi``:
    variance in proportion to the flow. Pseudo R squared is 1 less deviance over that of the mean flow.

    Extremes: common part and Sørensen similarity lie between 0 and 1; deviance is 0 when every flow is met.
    Trap: how well it fits says little of causes: masses make most of the fit. Places compete and are not modelled
    (distance takes that up), and flows of one place are not independent, so that ``robust`` errors are too small.
    Errors: a flow below zero; a mass or distance that is not above zero; no flow at all; a column that is constant.
    """
    who = "interaction.unconstrained"
    _checked(who, flows, distances, decay, origin_masses=origin_masses, destination_masses=destination_masses)

    def one(y: Array, o: Whole, d: Whole, here: Array, there: Array, apart: Array) -> Array:
        columns = [_decayed(apart, decay), np.log(here), np.log(there)]
        found = fit(who, y, columns, (np.zeros_like(o),), ("distances", "origin_masses", "destination_masses"))
        return _told(found, y, (o, d), errors)

    return _over_pairs(one, flows, origins, destinations, origin_masses, destination_masses, distances)


@misuse(
    unconstrained,
    label="对 ln(1+流量) 作最小二乘 | Least squares on ln(1 + flow)",
    seen="the practice that Santos Silva and Tenreyro (2006) argue against: its slopes change with the unit of flow",
)
def _logged(
    flows: OverPairs,
    origins: PlacesOfPairs,
    destinations: PlacesOfPairs,
    origin_masses: OverPairs,
    destination_masses: OverPairs,
    distances: OverPairs,
    *,
    decay: Decay,
    errors: Errors = "robust",
) -> OverParts:
    def one(y: Array, o: Whole, d: Whole, here: Array, there: Array, apart: Array) -> Array:
        x = np.column_stack([_decayed(apart, decay), np.log(here), np.log(there)])
        x, aim = x - x.mean(axis=0), np.log1p(y)
        bread = np.linalg.inv(x.T @ x)
        slopes = bread @ x.T @ aim
        expected = np.exp(aim.mean() + x @ slopes)
        swept, freedom = x.T * ((aim - np.log(expected)) / (y - expected)), len(y) - 4
        used = np.ones(len(y), dtype=bool)
        return _told(Fit(slopes, expected, used, swept, bread, freedom), y, (o, d), errors)

    return _over_pairs(one, flows, origins, destinations, origin_masses, destination_masses, distances)


@measure(
    label="空间相互作用：产出约束 | Spatial interaction, production-constrained",
    unit="1",
    bounds=(None, None),
    reference=f"{_WILSON}; {_PPML}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZERO,
    undefined=_UNDEFINED,
    parts=(*_DISTANCE, *_DESTINATION, *_GOODNESS),
    also=("origin_constrained",),
)
def production_constrained(
    flows: OverPairs,
    origins: PlacesOfPairs,
    destinations: PlacesOfPairs,
    destination_masses: OverPairs,
    distances: OverPairs,
    *,
    decay: Decay,
    errors: Errors = "robust",
) -> OverParts:
    r"""How what leaves each place divides among destinations by their size and distance.

    .. math:: \hat{T}_{ij} = A_i \exp(\alpha \ln N_j - \beta f(d_{ij})), \qquad \sum_j \hat{T}_{ij} = \sum_j T_{ij}

    :math:`T_{ij}`: flow; :math:`A_i`: effect of origin *i*; :math:`N_j`: mass of the destination; :math:`f(d)`:
    :math:`\ln d` with decay ``power``, *d* itself with ``exponential``. Errors and fit as in the unconstrained model.

    Extremes: a place from which nothing leaves is separated, left out and counted.
    Trap: it explains where flows go, not how many there are; whatever makes a destination attractive beside its mass
    and goes with distance is read as distance.
    Errors: a flow below zero; a mass or distance that is not above zero; no flow at all; a column that the effects of
    origins already tell.
    """
    who = "interaction.production_constrained"
    _checked(who, flows, distances, decay, destination_masses=destination_masses)

    def one(y: Array, o: Whole, d: Whole, there: Array, apart: Array) -> Array:
        columns = [_decayed(apart, decay), np.log(there)]
        return _told(fit(who, y, columns, (o,), ("distances", "destination_masses")), y, (o, d), errors)

    return _over_pairs(one, flows, origins, destinations, destination_masses, distances)


@measure(
    label="空间相互作用：吸引约束 | Spatial interaction, attraction-constrained",
    unit="1",
    bounds=(None, None),
    reference=f"{_WILSON}; {_PPML}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZERO,
    undefined=_UNDEFINED,
    parts=(*_DISTANCE, *_ORIGIN, *_GOODNESS),
    also=("destination_constrained",),
)
def attraction_constrained(
    flows: OverPairs,
    origins: PlacesOfPairs,
    destinations: PlacesOfPairs,
    origin_masses: OverPairs,
    distances: OverPairs,
    *,
    decay: Decay,
    errors: Errors = "robust",
) -> OverParts:
    r"""How what reaches each place comes from origins by their size and distance.

    .. math:: \hat{T}_{ij} = B_j \exp(\mu \ln M_i - \beta f(d_{ij})), \qquad \sum_i \hat{T}_{ij} = \sum_i T_{ij}

    :math:`T_{ij}`: flow; :math:`B_j`: effect of destination *j*; :math:`M_i`: mass of the origin; :math:`f(d)`:
    :math:`\ln d` with decay ``power``, *d* itself with ``exponential``. Errors and fit as in the unconstrained model.

    Extremes: a place that nothing reaches is separated, left out and counted.
    Trap: it is the production-constrained model of the flows read backwards; the two give different coefficients of
    distance, and neither is the true one when origins and destinations both differ.
    Errors: a flow below zero; a mass or distance that is not above zero; no flow at all; a column that the effects of
    destinations already tell.
    """
    who = "interaction.attraction_constrained"
    _checked(who, flows, distances, decay, origin_masses=origin_masses)

    def one(y: Array, o: Whole, d: Whole, here: Array, apart: Array) -> Array:
        columns = [_decayed(apart, decay), np.log(here)]
        return _told(fit(who, y, columns, (d,), ("distances", "origin_masses")), y, (o, d), errors)

    return _over_pairs(one, flows, origins, destinations, origin_masses, distances)


@measure(
    label="空间相互作用：双约束 | Spatial interaction, doubly constrained",
    unit="1",
    bounds=(None, None),
    reference=f"{_WILSON}; {_PPML}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZERO,
    undefined=_UNDEFINED,
    parts=(*_DISTANCE, *_GOODNESS),
    also=("distance_elasticity",),
)
def doubly_constrained(
    flows: OverPairs,
    origins: PlacesOfPairs,
    destinations: PlacesOfPairs,
    distances: OverPairs,
    *,
    decay: Decay,
    errors: Errors = "robust",
) -> OverParts:
    r"""How flows fall with distance when all that leaves and all that reaches every place is given.

    .. math:: \hat{T}_{ij} = A_i B_j \exp(-\beta f(d_{ij})), \qquad \sum_j \hat{T}_{ij} = \sum_j T_{ij}, \quad
       \sum_i \hat{T}_{ij} = \sum_i T_{ij}

    :math:`T_{ij}`: flow; :math:`A_i, B_j`: effects of origin and destination; :math:`f(d)`: :math:`\ln d` with decay
    ``power``, *d* itself with ``exponential``. Errors and fit as in the unconstrained model.

    Extremes: with decay ``power`` the coefficient of distance is an elasticity and does not change with its unit.
    Trap: the diagonal decides much: with what stays inside the places, at whatever distance it is given, another
    coefficient comes out. A pair without a flow that no finite effect fits is left out and counted, not kept as a zero.
    Errors: a flow below zero; a distance that is not above zero; no flow at all; distances that the effects of origins
    and destinations already tell.
    """
    who = "interaction.doubly_constrained"
    _checked(who, flows, distances, decay)

    def one(y: Array, o: Whole, d: Whole, apart: Array) -> Array:
        return _told(fit(who, y, [_decayed(apart, decay)], (o, d), ("distances",)), y, (o, d), errors)

    return _over_pairs(one, flows, origins, destinations, distances)


@measure(
    label="双约束模型的预期流量 | Flow expected by the doubly constrained model",
    unit="{flows}",
    bounds=(0, None),
    reference=f"{_WILSON}; {_PPML}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZERO,
)
def expected_flow(
    flows: OverPairs, origins: PlacesOfPairs, destinations: PlacesOfPairs, distances: OverPairs, *, decay: Decay
) -> OverPairs:
    r"""Flow of each pair that the totals of both ends and distance alone would give.

    .. math:: \hat{T}_{ij} = A_i B_j \exp(-\beta f(d_{ij})), \qquad \sum_j \hat{T}_{ij} = \sum_j T_{ij}, \quad
       \sum_i \hat{T}_{ij} = \sum_i T_{ij}

    :math:`A_i, B_j`: effects of origin and destination; :math:`f(d)`: :math:`\ln d` with decay ``power``, *d* itself
    with ``exponential``; :math:`\beta`: as fitted by interaction.doubly_constrained.

    Extremes: 0 for a separated pair; adds up to the flows of every origin and of every destination.
    Trap: a flow above the expected one is a tie that distance does not explain; a border, a rail line or an error of
    the table does as well as anything.
    Errors: a flow below zero; a distance that is not above zero; no flow at all; distances that the effects of origins
    and destinations already tell.
    """
    who = "interaction.expected_flow"
    _checked(who, flows, distances, decay)

    def one(y: Array, o: Whole, d: Whole, apart: Array) -> Array:
        found = fit(who, y, [_decayed(apart, decay)], (o, d), ("distances",))
        expected = np.zeros(len(y))
        expected[found.used] = found.expected
        return expected

    return _over_pairs(one, flows, origins, destinations, distances)


@measure(
    label="被分离的配对 | Pairs that are separated",
    unit="1",
    bounds=(0, 1),
    reference=f"{_PPML}; here exact, as cycles of pairs without a flow between sets that flows connect.",
    tested="by hand",
    least={"pair": 2},
    least_reason="one pair is no table of flows",
    classes=("可估计 | held", "被分离 | separated"),
    scale_free=("flows",),
)
def separated(flows: OverPairs, origins: PlacesOfPairs, destinations: PlacesOfPairs) -> OverPairs:
    r"""Which pairs without a flow no finite effects of origins and destinations can fit.

    .. math:: s_{ij} = 1 \iff \exists\, a, b:\; a_k + b_l = 0 \text{ where } T_{kl} > 0,\;
       a_k + b_l \ge 0 \text{ where } T_{kl} = 0,\; a_i + b_j > 0

    :math:`T_{kl}`: flow from *k* to *l*; :math:`a_k, b_l`: a direction of the effects of origins and destinations.

    Extremes: none where flows and cycles of pairs connect all places; all pairs of a place from which nothing leaves.
    Trap: software that does not look for them settles on a large negative effect that depends on its tolerance, and
    counts the pairs as observations.
    Errors: a flow below zero or not finite.
    """
    not_negative("interaction.separated", flows=flows)

    def one(y: Array, o: Whole, d: Whole) -> Array:
        return without_end(y, _numbered(o, d)).astype(np.float64)

    return each(one, (flows, 1), (origins, 1), (destinations, 1))


def _checked(who: str, flows: Array, distances: Array, decay: Decay, **masses: Array) -> None:
    finite(who, flows=flows, distances=distances, **masses)
    not_negative(who, flows=flows)
    positive(who, _MASS, **masses)
    if decay == "power":
        positive(who, _APART, distances=distances)
    else:
        not_negative(who, distances=distances)


def _decayed(distances: Array, decay: Decay) -> Array:
    return np.log(distances) if decay == "power" else distances


def _numbered(*labels: Whole) -> list[Whole]:
    return [numbered(one) for one in labels]


def _over_pairs(one: Callable[..., Array], flows: Array, origins: Whole, destinations: Whole, *more: Array) -> Array:
    """Call a formula on the pairs of each position in front, places numbered from 0 without gaps."""
    return each(
        lambda y, o, d, *rest: one(y, *_numbered(o, d), *rest),
        (flows, 1), (origins, 1), (destinations, 1), *((array, 1) for array in more),
    )  # fmt: skip


def _told(found: Fit, flows: Array, sides: Sequence[Whole], errors: Errors) -> Array:
    """Return slopes with errors, distance first and with its test, and what tells how well the flows are met."""
    from scipy.special import ndtr, stdtr

    y, m = flows[found.used], found.expected
    dispersion = ((y - m) ** 2 / m).sum() / found.freedom
    clusters = [one[found.used] for one in sides]
    if errors == "quasi":
        spread = np.diagonal(found.bread) * dispersion
    else:
        spread = np.diagonal(variance(found, y, clusters if errors == "two-way" else ()))
    error = np.sqrt(np.where(spread >= 0, spread, np.nan))
    z = found.slopes[0] / error[0] if error[0] > 0 else np.nan
    fewest = min(int((np.bincount(one) > 0).sum()) for one in clusters)
    p = 2 * (stdtr(fewest - 1, -abs(z)) if errors == "two-way" else ndtr(-abs(z)))
    masses = np.column_stack([found.slopes, error])[1:].ravel()
    entropy, total = (y * np.log(np.where(y > 0, y, 1.0))).sum(), y.sum()
    deviance = 2 * (entropy - (y * np.log(m)).sum() - total + m.sum())
    from_mean = 2 * (entropy - total * np.log(total / len(y)))
    least = np.minimum(y, m)
    fits = [
        deviance, 1 - deviance / from_mean if from_mean > 0 else np.nan, dispersion,
        np.sqrt(((y - m) ** 2).mean()) / y.mean(), 2 * least.sum() / (y + m).sum(), (2 * least / (y + m)).mean(),
        len(y), len(flows) - len(y),
    ]  # fmt: skip
    return np.array([found.slopes[0], error[0], z, p, *masses, *fits])
