r"""Complexity: how many industries a place has, how many places an industry, and what both say of each other.

A place *has* an industry when its share there is at least ``threshold`` times the share of all places; with the default
of 1 that is a location quotient of 1 or more.  Compared are products and never quotients, so that exactly 1 counts.
A place without any such industry, or an industry in no such place, has no number and takes no part.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Cells, OverRegions, OverRegionsAndSectors, OverSectors
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

OverPlants: TypeAlias = Annotated[Array, Axes(("plant",))]
Presence: TypeAlias = NDArray[np.bool_]

_HIDALGO = (
    "Hidalgo, C. A. and Hausmann, R. (2009), The Building Blocks of Economic Complexity, PNAS 106(26): 10570-10575; by "
    "eigenvectors as in Hausmann, R. et al. (2014), The Atlas of Economic Complexity, MIT Press"
)
_EIGHT = {"place": 8, "sector": 8}
_EIGHT_REASON = "among few places or industries the order comes of chance"
_NONE = "没有优势行业的地方、不在任何地方的行业为空 | nan for a place without industries, an industry in no place"
_CLOSE = 1e-9


@measure(
    label="多样性 | Diversity",
    unit="1",
    bounds=(0, None),
    reference=f"{_HIDALGO}.",
    tested="peer",
    least={"place": 2, "sector": 2},
    least_reason="one place is its own reference, and one sector has every share",
    scale_free=("amounts",),
)
def diversity(amounts: OverRegionsAndSectors, *, threshold: float = 1.0) -> OverRegions:
    r"""Count the industries that a place has.

    .. math:: k_i = \sum_k M_{ik}, \qquad M_{ik} = 1 \text{ where } LQ_{ik} \ge \theta

    :math:`LQ_{ik}`: location quotient of industry *k* in place *i*; :math:`\theta`: ``threshold``.

    Extremes: 0 for a place without amounts; never all industries at once unless every structure is the same.
    Trap: it is not how varied a place is (entropy says that): a large city has its share of everything and a low count.
    Errors: an amount that is not finite or below zero; no amount at all; a threshold that is not above zero.
    """
    return np.asarray(_has("complexity.diversity", amounts, threshold).sum(axis=-1), dtype=np.float64)


@measure(
    label="普遍性 | Ubiquity",
    unit="1",
    bounds=(0, None),
    reference=f"{_HIDALGO}.",
    tested="peer",
    least={"place": 2, "sector": 2},
    least_reason="one place is its own reference, and one sector has every share",
    scale_free=("amounts",),
)
def ubiquity(amounts: OverRegionsAndSectors, *, threshold: float = 1.0) -> OverSectors:
    r"""Count the places that have an industry.

    .. math:: k_k = \sum_i M_{ik}, \qquad M_{ik} = 1 \text{ where } LQ_{ik} \ge \theta

    :math:`LQ_{ik}`: location quotient of industry *k* in place *i*; :math:`\theta`: ``threshold``.

    Extremes: 0 for an industry without amounts, the number of places when all have it in the same share.
    Trap: it grows with the number of places that are looked at; few places may have an industry because it is hard, or
    because its ore lies there.
    Errors: an amount that is not finite or below zero; no amount at all; a threshold that is not above zero.
    """
    return np.asarray(_has("complexity.ubiquity", amounts, threshold).sum(axis=-2), dtype=np.float64)


@measure(
    label="经济复杂度指数(ECI) | Economic complexity index",
    unit="1",
    bounds=(None, None),
    reference=f"{_HIDALGO}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    spread="各地自身的标准差 | of the places themselves",
    undefined=_NONE,
    scale_free=("amounts",),
    also=("eci",),
)
def economic_complexity(amounts: OverRegionsAndSectors, *, threshold: float = 1.0) -> OverRegions:
    r"""Place each place by what its industries have in common with those of others, from ubiquitous to rare.

    .. math:: e_i = \frac{x_i - \bar{x}}{s_x}, \qquad \lambda_2 x_i = \sum_j \left( \sum_k
       \frac{M_{ik} M_{jk}}{k_i k_k} \right) x_j, \qquad \operatorname{corr}(x, k_i) > 0

    :math:`M_{ik}`: 1 where place *i* has industry *k*; :math:`k_i, k_k`: diversity and ubiquity; :math:`\lambda_2`: the
    second largest eigenvalue; :math:`\bar{x}, s_x`: mean and standard deviation over the places.

    Extremes: mean 0 and standard deviation 1, whatever the year: levels of two years cannot be compared, only orders.
    Trap: an eigenvector has no sign; the rule here is that it rises with diversity, which is a convention. It sorts
    places into two ends by likeness, and the end that is called complex may be a cluster of anything.
    Errors: an amount that is not finite or below zero; places that fall apart into groups without a common industry; an
    order that is not unique, or whose sign diversity cannot tell.
    """
    who = "complexity.economic_complexity"

    def index(has: Presence) -> Array:
        places = _places(who, has)
        return _scaled(places, places)

    return each(index, (_has(who, amounts, threshold), 2))


@measure(
    label="产品复杂度指数(PCI) | Product complexity index",
    unit="1",
    bounds=(None, None),
    reference=f"{_HIDALGO}; scaled by the places as in the Python package ecomplexity 0.5.3.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    spread="各行业自身，或各地的标准差，由 scale 决定 | of the industries themselves or of the places, as scale says",
    undefined=_NONE,
    scale_free=("amounts",),
    also=("pci",),
)
def product_complexity(
    amounts: OverRegionsAndSectors, *, threshold: float = 1.0, scale: Literal["industries", "places"] = "industries"
) -> OverSectors:
    r"""Place each industry by the places that have it, from those of the simple to those of the complex.

    .. math:: p_k = \frac{y_k - \bar{y}}{s_y}, \qquad \lambda_2 y_k = \sum_l \left( \sum_i
       \frac{M_{ik} M_{il}}{k_k k_i} \right) y_l, \qquad x_i = \frac{1}{k_i} \sum_k M_{ik} y_k

    :math:`M_{ik}, k_i, k_k, \lambda_2`: as in complexity.economic_complexity, with its rule for the sign;
    :math:`\bar{y}, s_y`: mean and standard deviation over the industries, or, when ``scale`` is ``places``, those of
    :math:`x`, so that the index of a place is the mean of its industries.

    Extremes: mean 0 and standard deviation 1 when scaled by the industries.
    Trap: both scales are in use under one name and differ by a factor; see also complexity.economic_complexity.
    Errors: those of complexity.economic_complexity.
    """
    who = "complexity.product_complexity"

    def index(has: Presence) -> Array:
        industries = _industries(who, has)
        return _scaled(industries, industries if scale == "industries" else _places(who, has))

    return each(index, (_has(who, amounts, threshold), 2))


@measure(
    label="埃里森-格莱泽集聚指数 | Ellison-Glaeser index of agglomeration",
    unit="1",
    bounds=(None, None),
    reference="Ellison, G. and Glaeser, E. L. (1997), Geographic Concentration in U.S. Manufacturing Industries: A "
    "Dartboard Approach, Journal of Political Economy 105(5): 889-927.",
    tested="by hand",
    least={"place": 2, "plant": 2},
    least_reason="with one place there is nowhere else, and with one plant nothing can gather",
    alike=("jobs", "all_jobs", "plants"),
    scale_free=("all_jobs",),
    also=("ellison_glaeser",),
)
def agglomeration(jobs: OverRegions, all_jobs: OverRegions, plants: OverPlants) -> Cells:
    r"""How far an industry gathers beyond what darts thrown at places, plant by plant, would bring together.

    .. math:: \gamma = \frac{G - (1 - \sum_i x_i^2) H}{(1 - \sum_i x_i^2)(1 - H)}, \qquad
       G = \sum_i (s_i - x_i)^2, \quad H = \sum_p z_p^2

    :math:`s_i`: share of place *i* in the jobs of the industry; :math:`x_i`: its share in all jobs; :math:`z_p`: share
    of plant *p* in the jobs of the industry.

    Extremes: 0 for chance; above 0 when the industry gathers, below when its plants keep apart.
    Trap: without the plants it is G alone, which is high for any industry with few large plants; places of another size
    (counties for provinces) give another value.
    Errors: a number below zero; jobs of plants and of places that do not add up to the same; one plant or place with
    everything.
    """
    who = "complexity.agglomeration"
    not_negative(who, jobs=jobs, all_jobs=all_jobs, plants=plants)
    totals = [one.sum(axis=-1, keepdims=True) for one in (jobs, all_jobs, plants)]
    positive(who, total_of_jobs=totals[0], total_of_all_jobs=totals[1], total_of_plants=totals[2])
    apart = np.abs(totals[0] - totals[2]) > 1e-6 * totals[0]
    if apart.any():
        sums = (float(np.broadcast_to(one, apart.shape)[apart][0]) for one in (totals[0], totals[2]))
        what = "jobs add up to {:g} and plants to {:g}".format(*sums)
        raise MeasureRefusal(who, what, ways=("give the plants and the places of the same industry, all of them",))
    shares, of_all, of_plants = (one / total for one, total in zip((jobs, all_jobs, plants), totals, strict=True))
    room, herfindahl = 1 - (of_all**2).sum(axis=-1), (of_plants**2).sum(axis=-1)
    positive(who, "name a second place or plant", share_outside_the_largest=np.minimum(room, 1 - herfindahl))
    gathered = ((shares - of_all) ** 2).sum(axis=-1)
    gamma: Cells = (gathered - room * herfindahl) / (room * (1 - herfindahl))
    return gamma


def _has(who: str, amounts: Array, threshold: float) -> Presence:
    """Return which place has which industry."""
    not_negative(who, amounts=amounts)
    if not threshold > 0:
        raise MeasureRefusal(who, f"threshold is {threshold:g}", ways=("state a number above zero; 1 is usual",))
    places, sectors = amounts.sum(axis=-1, keepdims=True), amounts.sum(axis=-2, keepdims=True)
    total = sectors.sum(axis=-1, keepdims=True)
    positive(who, total_of_amounts=total)
    return np.asarray((amounts > 0) & (amounts * total >= threshold * places * sectors))


def _industries(who: str, has: Presence) -> Array:
    """Return the second eigenvector over industries, its sign by diversity, nan for an industry in no place."""
    rows, columns = has.any(axis=1), has.any(axis=0)
    there = has[np.ix_(rows, columns)].astype(np.float64)
    diverse, common = there.sum(axis=1), there.sum(axis=0)
    root = there / np.sqrt(diverse[:, None] * common)
    wide = root.shape[1] > root.shape[0]
    if min(root.shape) < 3:
        what, ways = "fewer than three places or industries are left", ("name more places", "lower the threshold")
        raise MeasureRefusal(who, what, why="the second of two has no order", ways=ways)
    values, vectors = np.linalg.eigh(root @ root.T if wide else root.T @ root)
    _unique(who, values)
    second = vectors[:, -2]
    of_industries = (there.T @ (second / np.sqrt(diverse))) / common if wide else second / np.sqrt(common)
    of_places = there @ of_industries / diverse
    together = ((of_places - of_places.mean()) * (diverse - diverse.mean())).sum()
    if abs(together) <= _CLOSE * len(diverse) * max(of_places.std() * diverse.std(), 1e-300) or diverse.std() == 0:
        what, why = "diversity does not tell which end is which", "the sign of an eigenvector is free"
        raise MeasureRefusal(who, what, why=why, ways=("name more places or industries", "change the threshold"))
    found = np.full(has.shape[1], np.nan)
    found[columns] = np.sign(together) * of_industries
    return found


def _unique(who: str, values: Array) -> None:
    """Refuse an order that is not unique: groups without a common industry, or two second eigenvalues."""
    if values[-2] > 1 - _CLOSE:
        what, why = "places fall apart into groups without a common industry", "each group has an order of its own"
        raise MeasureRefusal(who, what, why=why, ways=("measure each group alone", "lower the threshold"))
    if values[-2] - values[-3] < _CLOSE:
        what, why = "the order of the places is not unique", f"two eigenvalues are {values[-2]:.6g}"
        raise MeasureRefusal(who, what, why=why, ways=("name more places or industries", "change the threshold"))


def _places(who: str, has: Presence) -> Array:
    """Return the mean of its industries for each place, nan for a place without industries."""
    industries, number = np.nan_to_num(_industries(who, has)), has.sum(axis=1)
    return np.where(number > 0, has @ industries / np.maximum(number, 1), np.nan)


def _scaled(values: Array, by: Array) -> Array:
    """Return values less a mean, over a standard deviation, both of ``by`` where it has numbers."""
    known = by[~np.isnan(by)]
    return np.asarray((values - known.mean()) / known.std())
