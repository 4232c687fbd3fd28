"""Relatedness: which sectors go together in places, and how much of what a sector goes with a place already has.

A place *has* a sector when its location quotient reaches a threshold.  ``specialisation.location_quotient`` is the
quotient itself (revealed comparative advantage, when the amounts are exports).
"""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenSectors, OverRegionsAndSectors
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import fractions, not_negative, positive
from xietong.measures.specialisation import location_quotient

_HIDALGO = (
    "Hidalgo, C. A., Klinger, B., Barabási, A.-L. and Hausmann, R. (2007), The Product Space Conditions the "
    "Development of Nations, Science 317: 482-487"
)
_LEAST = {"place": 2, "sector": 2}
_LEAST_REASON = "in one place everything goes together, and one sector goes with none"


@measure(
    label="产业邻近度 | Proximity of sectors",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HIDALGO}.",
    tested="peer",
    least=_LEAST,
    least_reason=_LEAST_REASON,
    scale_free=("amounts",),
    replicates=("place",),
    also=("product_space",),
)
def proximity(amounts: OverRegionsAndSectors, *, threshold: float = 1.0) -> BetweenSectors:
    r"""How often places that have one sector also have another, by the less favourable of the two directions.

    .. math:: \varphi_{kl} = \frac{\sum_i x_{ik} x_{il}}{\max(\sum_i x_{ik}, \sum_i x_{il})}, \qquad
       x_{ik} = [LQ_{ik} \ge \theta]

    :math:`LQ_{ik}`: location quotient of sector *k* in place *i*; :math:`\theta`: ``threshold``.

    Extremes: 0 when no place has both, 1 when the same places have both, as for a sector with itself.
    Trap: with few places or few sectors it is coarse, and going together is no supply: shops and schools go together
    everywhere people live.
    Errors: an amount that is not finite or below zero; a place or a sector with no amount; a sector that no place has.
    """
    there = _there("relatedness.proximity", amounts, threshold)
    together = np.swapaxes(there, -1, -2) @ there
    number = there.sum(axis=-2)
    positive("relatedness.proximity", "lower the threshold", places_that_have_the_sector=number)
    nearness: BetweenSectors = together / np.maximum(number[..., :, None], number[..., None, :])
    return nearness


@measure(
    label="关联密度（不含自身） | Density of related sectors around a sector, itself left out",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HIDALGO}: density, here over the other sectors only.",
    tested="peer",
    least=_LEAST,
    least_reason=_LEAST_REASON,
    scale_free=("amounts", "proximities"),
    also=("relatedness",),
)
def relatedness_density(
    amounts: OverRegionsAndSectors, proximities: BetweenSectors, *, threshold: float = 1.0
) -> OverRegionsAndSectors:
    r"""Share of what a sector goes with that a place already has.

    .. math:: \omega_{ik} = \frac{\sum_{l \ne k} x_{il}\, \varphi_{kl}}{\sum_{l \ne k} \varphi_{kl}}, \qquad
       x_{il} = [LQ_{il} \ge \theta]

    :math:`\varphi_{kl}`: proximity of sectors *k* and *l*, from these or from other places; :math:`LQ_{il}`: location
    quotient; :math:`\theta`: ``threshold``.

    Extremes: 0 when the place has nothing that goes with the sector, 1 when it has all of it.
    Trap: with the sector itself in the sums a place that has it is always denser than one that has not, so that density
    seems to foretell what is already there; density says what is near, not what will come.
    Errors: an amount that is not finite or below zero; a place or a sector with no amount; a proximity outside 0 to 1;
    a sector that goes with no other.
    """
    there = _there("relatedness.relatedness_density", amounts, threshold)
    fractions("relatedness.relatedness_density", proximities=proximities)
    others = proximities * (1.0 - np.eye(proximities.shape[-1]))
    whole = others.sum(axis=-1)[..., None, :]
    positive("relatedness.relatedness_density", "leave the sector out by name", proximity_to_others=whole)
    density: OverRegionsAndSectors = there @ np.swapaxes(others, -1, -2) / whole
    return density


@misuse(
    relatedness_density,
    label="把自身算入 | The sector itself stays in the sums",
    seen="Python package ecomplexity 0.5.3, calc_density, which leaves the proximity of a product to itself (1) in.",
)
def density_with_itself(
    amounts: OverRegionsAndSectors, proximities: BetweenSectors, *, threshold: float = 1.0
) -> OverRegionsAndSectors:
    """Leave the sector itself, at the proximity 1, in both sums."""
    there = _there("relatedness.relatedness_density", amounts, threshold)
    whole: OverRegionsAndSectors = there @ np.swapaxes(proximities, -1, -2) / proximities.sum(axis=-1)[..., None, :]
    return whole


def _there(who: str, amounts: Array, threshold: float) -> Array:
    """Return 1 where a place has a sector, else 0."""
    not_negative(who, amounts=amounts)
    positive(who, total_of_place=amounts.sum(axis=-1), total_of_sector=amounts.sum(axis=-2))
    if not threshold > 0:
        why, ways = "every place would have every sector", ("state 1 for at least its part",)
        raise MeasureRefusal(who, f"threshold is {threshold:g}", why=why, ways=ways)
    there: Array = (location_quotient(amounts) >= threshold).astype(np.float64)
    return there
