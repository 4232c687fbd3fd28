"""Equity of access: the level at which everyone would be as well off, and the level of those who are worst off.

The values may be a benefit, such as supply per person, or a burden, such as minutes of travel; the choice must be said.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverRegions
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

Sense: TypeAlias = Literal["benefit", "burden"]


@measure(
    label="科尔姆-波拉克等价均值 | Kolm-Pollak equally distributed equivalent",
    unit="{values}",
    bounds=(None, None),
    reference="Logan, T. M., Anderson, M. J., Williams, T. G. and Conrow, L. (2021), Measuring Inequalities in Urban "
    "Systems: An Approach for Evaluating the Distribution of Amenities and Burdens, Computers, Environment and Urban "
    "Systems 86: 101590, doi 10.1016/j.compenvurbsys.2020.101590; with people as weights: A Scalable Optimization "
    "Approach for Equitable Facility Location, arXiv 2401.15452.",
    tested="peer",
    scale_free=("people",),
    replicates=("place",),
    also=("kolm_pollak_ede", "ede"),
)
def kolm_pollak(
    values: OverRegions,
    people: OverRegions,
    *,
    sense: Sense,
    aversion: float,
    parameter: Literal["epsilon", "kappa"] = "epsilon",
) -> Cells:
    r"""Level of access that, given to everyone alike, would be as good as the unequal levels that people have.

    .. math:: K = \frac{\pm 1}{\kappa} \ln \sum_i f_i\, e^{\pm \kappa z_i}, \qquad
       \kappa = \varepsilon\, \frac{\sum_i f_i z_i}{\sum_i f_i z_i^2}

    :math:`z_i`: value of place *i*; :math:`f_i`: its share of all people; :math:`\varepsilon` or :math:`\kappa`:
    ``aversion`` to inequality, as ``parameter`` says; the sign is plus for a burden and minus for a benefit.

    Extremes: the mean when all are alike or the aversion is 0; the worst value as the aversion grows: the highest
    burden, the lowest benefit.
    Trap: works that write a negative aversion for burdens mean this positive one. :math:`\kappa` has the unit of one
    over the values and may be compared between years; :math:`\varepsilon` has none, and its :math:`\kappa` moves with
    the data: compare scenarios at one :math:`\kappa`.
    Errors: a value or people not finite, people below zero or none; an aversion below zero; values all 0 with epsilon.
    """
    who = "equity.kolm_pollak"
    not_negative(who, "state how strong the aversion is; the sense gives the sign", aversion=np.array(aversion))
    shares, burdens = _shares(who, values, people), values if sense == "burden" else -values
    kappa = np.full(np.broadcast_shapes(shares.shape[:-1], values.shape[:-1]), aversion)
    if parameter == "epsilon":
        square = (shares * values**2).sum(axis=-1)
        positive(who, "state kappa where all values are zero", mean_square_of_values=square)
        kappa = kappa * np.abs((shares * values).sum(axis=-1)) / square
    worst = np.where(shares > 0, burdens, -np.inf).max(axis=-1)
    below = np.where(shares > 0, burdens - worst[..., None], 0.0)
    safe = np.where(kappa > 0, kappa, 1.0)
    bent = np.log1p((shares * np.expm1(safe[..., None] * below)).sum(axis=-1)) / safe
    level: Cells = worst + np.where(kappa > 0, bent, (shares * below).sum(axis=-1))
    return level if sense == "burden" else -level


@measure(
    label="最差人群的水平 | Level of the worst off",
    unit="{values}",
    bounds=(None, None),
    reference="Definition (mean of the worst values up to a share of people; the place at the limit counts in part).",
    tested="by hand",
    scale_free=("people",),
    replicates=("place",),
)
def worst_off(values: OverRegions, people: OverRegions, *, sense: Sense, share: float) -> Cells:
    r"""Mean value of the share of people who are worst off, such as the tenth with the longest way.

    .. math:: W_q = \frac{1}{q} \sum_{i} z_i \min\left(f_i, \max\left(0,\, q - \sum_{k \prec i} f_k\right)\right)

    :math:`z_i`: value of place *i*, from the worst on; :math:`f_i`: its share of all people; :math:`k \prec i`: places
    that are worse off than *i*; :math:`q`: ``share``.

    Extremes: the worst value as the share tends to zero; the mean of all people at 1.
    Trap: people and not places are ranked, so that a small remote place may vanish in a tenth of all people.
    Errors: a value or people not finite, people below zero or none; a share not above 0 or above 1.
    """
    who = "equity.worst_off"
    if not 0 < share <= 1:
        raise MeasureRefusal(
            who, f"share is {share:g}", why="it is a part of all people", ways=("state 0.1 for a tenth",)
        )
    shares, levels = np.broadcast_arrays(_shares(who, values, people), values)
    order = np.argsort(levels if sense == "benefit" else -levels, axis=-1, kind="stable")
    ranked = np.take_along_axis(shares, order, axis=-1)
    counted = np.clip(share - (ranked.cumsum(axis=-1) - ranked), 0, ranked)
    level: Cells = (counted * np.take_along_axis(levels, order, axis=-1)).sum(axis=-1) / counted.sum(axis=-1)
    return level


def _shares(who: str, values: Array, people: Array) -> Array:
    finite(who, values=values)
    not_negative(who, people=people)
    total = people.sum(axis=-1, keepdims=True)
    positive(who, total_of_people=total)
    shares: Array = people / total
    return shares
