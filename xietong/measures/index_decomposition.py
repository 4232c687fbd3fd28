"""Index decomposition: how much each factor of a product has changed an aggregate, without a remainder (LMDI I).

An aggregate is a product of factors, or the sum of such products over sectors.  The factors of one product are in units
that fit together, so that the product is the aggregate in its own unit.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Cells, OverFactors, OverParts, OverPeriods
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

OverSectorsAndFactors: TypeAlias = Annotated[Array, Axes(("sector", "factor"))]

_ANG = (
    "Ang, B. W. (2005), The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33(7): 867-871, "
    "equations 4 and 5 (LMDI I)"
)
_ZERO = (
    "Ang, B. W. and Liu, N. (2007), Handling zero values in the logarithmic mean Divisia index decomposition approach, "
    "Energy Policy 35(1): 238-246"
)
_ZEROS = (
    "取解析极限：由零变正或由正变零的增量归于为零的因子 | analytical limit: a product that appears or vanishes is "
    "laid to the factors that were or became zero, in equal parts"
)
_KAYA = (
    "人口 | People",
    "人均产出 | Output per head",
    "能源强度 | Energy per output",
    "碳强度 | Emissions per energy",
)


@measure(
    label="总量变化（因子之积） | Change of a product",
    unit="1",
    bounds=(None, None),
    reference="Definition (product of the later factors less that of the earlier ones).",
    tested="by hand",
    alike=("earlier", "later"),
)
def change_of_product(earlier: OverFactors, later: OverFactors) -> Cells:
    r"""Change of an aggregate that is a product of factors.

    .. math:: \Delta V = \prod_k x_k^T - \prod_k x_k^0

    :math:`x_k^0, x_k^T`: factor *k* before and after.

    Extremes: zero when the factors make up for each other.
    Trap: it says nothing about which factor did it; ``index_decomposition.lmdi`` does.
    Errors: a factor that is not finite or below zero.
    """
    not_negative("index_decomposition.change_of_product", earlier=earlier, later=later)
    change: Cells = later.prod(axis=-1) - earlier.prod(axis=-1)
    return change


@measure(
    label="总量变化（各部门合计） | Change of a sum of products",
    unit="1",
    bounds=(None, None),
    reference="Definition (sum over sectors of the later products less that of the earlier ones).",
    tested="peer",
    alike=("earlier", "later"),
)
def change_over_sectors(earlier: OverSectorsAndFactors, later: OverSectorsAndFactors) -> Cells:
    r"""Change of an aggregate that is the sum over sectors of products of factors.

    .. math:: \Delta V = \sum_i \left( \prod_k x_{ki}^T - \prod_k x_{ki}^0 \right)

    :math:`x_{ki}^0, x_{ki}^T`: factor *k* of sector *i* before and after.

    Extremes: zero when sectors and factors make up for each other.
    Trap: it says nothing about which factor did it; ``index_decomposition.lmdi_over_sectors`` does.
    Errors: a factor that is not finite or below zero.
    """
    not_negative("index_decomposition.change_over_sectors", earlier=earlier, later=later)
    change: Cells = later.prod(axis=-1).sum(axis=-1) - earlier.prod(axis=-1).sum(axis=-1)
    return change


@measure(
    label="LMDI加法分解 | LMDI, additive",
    unit="1",
    bounds=(None, None),
    reference=f"{_ANG}; zeros: {_ZERO}.",
    tested="by hand",
    zeros=_ZEROS,
    alike=("earlier", "later"),
    adds_up_to="index_decomposition.change_of_product",
    also=("lmdi_additive",),
)
def lmdi(earlier: OverFactors, later: OverFactors) -> OverFactors:
    r"""Part of the change of a product that each of its factors brought; the parts add up to the change.

    .. math:: \Delta V_k = L(V^T, V^0) \ln \frac{x_k^T}{x_k^0}, \qquad L(a, b) = \frac{a - b}{\ln a - \ln b},
       \quad L(a, a) = a

    :math:`x_k^0, x_k^T`: factor *k* before and after; :math:`V = \prod_k x_k`: the aggregate; :math:`L`: logarithmic
    mean.

    Extremes: 0 for a factor that has not changed; the whole change when it alone has.
    Trap: an account, not a cause: the parts hang on which factors were chosen. Parts of several years do not add up to
    that of the first and the last year factor by factor, although both add up to the same change.
    Errors: a factor that is not finite or below zero.
    """
    not_negative("index_decomposition.lmdi", earlier=earlier, later=later)
    return _parts(earlier, later)


@measure(
    label="LMDI加法分解（分部门） | LMDI, additive, over sectors",
    unit="1",
    bounds=(None, None),
    reference=f"{_ANG}; zeros: {_ZERO}.",
    tested="peer",
    zeros=_ZEROS,
    alike=("earlier", "later"),
    adds_up_to="index_decomposition.change_over_sectors",
)
def lmdi_over_sectors(earlier: OverSectorsAndFactors, later: OverSectorsAndFactors) -> OverFactors:
    r"""Part of the change of a sum over sectors that each factor brought; the parts add up to the change.

    .. math:: \Delta V_k = \sum_i L(V_i^T, V_i^0) \ln \frac{x_{ki}^T}{x_{ki}^0}

    :math:`x_{ki}^0, x_{ki}^T`: factor *k* of sector *i* before and after; :math:`V_i = \prod_k x_{ki}`; :math:`L`:
    logarithmic mean, as in ``index_decomposition.lmdi``.

    Extremes: 0 for a factor that has not changed in any sector.
    Trap: a factor that is common to all sectors, such as total output, stands in every row; finer sectors move change
    from intensity to structure.
    Errors: a factor that is not finite or below zero.
    """
    not_negative("index_decomposition.lmdi_over_sectors", earlier=earlier, later=later)
    added: OverFactors = _parts(earlier, later).sum(axis=-2)
    return added


@measure(
    label="LMDI乘法分解（分部门） | LMDI, multiplicative, over sectors",
    unit="1",
    bounds=(0, None),
    reference=f"{_ANG}; zeros: {_ZERO}.",
    tested="peer",
    zeros=_ZEROS,
    alike=("earlier", "later"),
    also=("lmdi_multiplicative",),
)
def lmdi_ratio_over_sectors(earlier: OverSectorsAndFactors, later: OverSectorsAndFactors) -> OverFactors:
    r"""How many times each factor has multiplied a sum over sectors; the results multiply to the ratio of the sums.

    .. math:: D_k = \exp \left( \sum_i \frac{L(V_i^T, V_i^0)}{L(V^T, V^0)} \ln \frac{x_{ki}^T}{x_{ki}^0} \right)

    :math:`x_{ki}^0, x_{ki}^T`: factor *k* of sector *i* before and after; :math:`V_i = \prod_k x_{ki}`;
    :math:`V = \sum_i V_i`; :math:`L`: logarithmic mean. With one sector it is the ratio of the factor.

    Extremes: 1 for a factor that has not changed in any sector.
    Trap: the results are multiplied, not added.
    Errors: a factor that is not finite or below zero; a sum over sectors that is zero before or after.
    """
    who = "index_decomposition.lmdi_ratio_over_sectors"
    not_negative(who, earlier=earlier, later=later)
    before, after = earlier.prod(axis=-1).sum(axis=-1), later.prod(axis=-1).sum(axis=-1)
    way = "index_decomposition.lmdi_over_sectors accepts an aggregate that appears or vanishes"
    positive(who, way, earlier_aggregate=before, later_aggregate=after)
    mean = before * _growth_over_its_logarithm(np.log(after / before))
    ratio: OverFactors = np.exp(_parts(earlier, later).sum(axis=-2) / mean[..., None])
    return ratio


@measure(
    label="排放变化 | Change of emissions",
    unit="{emissions}",
    bounds=(None, None),
    reference="Definition (last period less first).",
    tested="by hand",
)
def change_of_emissions(emissions: OverPeriods) -> Cells:
    r"""Change of emissions from the first period to the last.

    .. math:: \Delta C = C_T - C_0

    :math:`C_0, C_T`: emissions of the first and the last period.

    Extremes: minus the first value when nothing is left.
    Trap: the periods between do not count.
    Errors: emissions that are not finite.
    """
    finite("index_decomposition.change_of_emissions", emissions=emissions)
    change: Cells = emissions[..., -1] - emissions[..., 0]
    return change


@measure(
    label="Kaya恒等式分解 | Kaya identity, decomposed",
    unit="{emissions}",
    bounds=(None, None),
    reference="Kaya, Y. (1990), as set out in IPCC, Fourth Assessment Report, Working Group III (2007), section "
    f"1.3.1.2; decomposed after {_ANG}.",
    tested="by hand",
    least={"period": 2},
    least_reason="a change needs two periods",
    zeros="拒绝 | refused",
    parts=_KAYA,
    scale_free=("people", "output", "energy"),
    adds_up_to="index_decomposition.change_of_emissions",
)
def kaya(
    people: OverPeriods,
    output: OverPeriods,
    energy: OverPeriods,
    emissions: OverPeriods,
    *,
    base: Literal["fixed", "chained"] = "fixed",
) -> OverParts:
    r"""Parts of the change of emissions from people, output per head, energy per output and emissions per energy.

    .. math:: C = P \cdot \frac{G}{P} \cdot \frac{E}{G} \cdot \frac{C}{E}, \qquad
       \Delta C_k = \sum_t L(C_t, C_{t'}) \ln \frac{x_{k,t}}{x_{k,t'}}

    :math:`P`: people; :math:`G`: output; :math:`E`: energy; :math:`C`: emissions; :math:`x_k`: the four factors; *t* is
    the last period and *t'* the first when the ``base`` is ``fixed``; *t* runs over all periods against the one before
    when it is ``chained``; :math:`L`: logarithmic mean.

    Extremes: the four parts add up to the change of emissions, whatever the base.
    Trap: output at current prices puts inflation into output per head and takes it from energy per output: take
    constant prices. An identity explains nothing; the four are not independent.
    Errors: a value that is not finite or not above zero; fewer than two periods.
    """
    who = "index_decomposition.kaya"
    positive(who, people=people, output=output, energy=energy, emissions=emissions)
    if emissions.shape[-1] < 2:
        raise MeasureRefusal(who, "emissions has 1 period", why="a change needs two", ways=("name a second period",))
    step = slice(None) if base == "chained" else slice(None, None, emissions.shape[-1] - 1)
    people, output, energy, emissions = (np.asarray(one)[..., step] for one in (people, output, energy, emissions))
    factors = np.stack(np.broadcast_arrays(people, output / people, energy / output, emissions / energy), axis=-1)
    parts: OverParts = _parts(factors[..., :-1, :], factors[..., 1:, :]).sum(axis=-2)
    return parts


def _parts(earlier: Array, later: Array) -> Array:
    """Return the part of every factor in the change of every product: the last axis holds the factors."""
    before, after = earlier.prod(axis=-1), later.prod(axis=-1)
    there = (earlier > 0) & (later > 0)
    ratios = np.log(np.where(there, later, 1.0) / np.where(there, earlier, 1.0))
    mean = before * _growth_over_its_logarithm(np.where(after > 0, ratios.sum(axis=-1), 0.0))
    steady: Array = np.where((before > 0) & (after > 0), mean, 0.0)[..., None] * ratios
    zero = np.where((before == 0)[..., None], earlier, later) == 0
    jump = np.where((before > 0) != (after > 0), after - before, 0.0)
    parts: Array = steady + zero * (jump / np.maximum(zero.sum(axis=-1), 1))[..., None]
    return parts


def _growth_over_its_logarithm(ratio: Array) -> Array:
    """Return (r - 1) / ln r for the logarithm of r, exact near r = 1, where it is 1."""
    changed = ratio != 0
    grown: Array = np.where(changed, np.expm1(ratio) / np.where(changed, ratio, 1.0), 1.0)
    return grown
