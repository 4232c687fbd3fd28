"""Productivity over time: the Malmquist index of places between two years and its parts, also with bad outputs.

The two years are data of their own, so that a place is judged four times: in each year by the frontier of each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import (
    Array,
    OverRegionsAndBads,
    OverRegionsAndInputs,
    OverRegionsAndOutputs,
    OverRegionsAndParts,
)
from xietong.measures.broadcasting import each
from xietong.measures.efficiency import PLACES, sides
from xietong.measures.envelopment import Orientation, Returns, Side, directional, radial
from xietong.measures.measure import measure, misuse
from xietong.measures.undesirable import BADS, CHUNG, THREE, three

_FGNZ = (
    "Färe, R., Grosskopf, S., Norris, M. and Zhang, Z. (1994), Productivity Growth, Technical Progress, and Efficiency "
    "Change in Industrialized Countries, American Economic Review 84(1): 66-83"
)
_PARTS = ("全要素生产率变化 | productivity", "技术效率变化 | efficiency change", "技术进步 | technical change")
_SPLIT = ("纯技术效率变化 | pure efficiency change", "规模效率变化 | scale efficiency change")
_NO_NUMBER = (
    "某年的前沿无法达到另一年的该地（线性规划不可行），该地保留并标出 | the frontier of one year cannot reach "
    "the place of the other (its program is infeasible); the place stays and is marked"
)
_TWO_YEARS: dict[str, Any] = {"undefined": _NO_NUMBER}


def _distance(place: Side, among: Side, orientation: Orientation, returns: Returns) -> Array:
    """Return the distance function of places of one year to the frontier of a year: 1 on it, above 1 beyond it."""
    factors = radial(place, among, orientation, returns)
    return factors if orientation == "input" else 1 / np.where(factors > 0, factors, np.nan)


def _index(earlier: Side, later: Side, orientation: Orientation, returns: Returns) -> list[Array]:
    """Return productivity, efficiency change and technical change at some returns to scale."""
    first, last = (_distance(one, one, orientation, returns) for one in (earlier, later))
    ahead, back = (_distance(a, b, orientation, returns) for a, b in ((later, earlier), (earlier, later)))
    efficiency = last / first
    technical = np.sqrt(ahead / last * first / back)
    return [efficiency * technical, efficiency, technical]


@measure(
    label="马姆奎斯特指数及其分解 | Malmquist index and its parts",
    unit="1",
    bounds=(0, None),
    reference=_FGNZ + ".",
    tested="printed",
    parts=(*_PARTS, *_SPLIT),
    **PLACES | _TWO_YEARS,
)
def malmquist(
    earlier_inputs: OverRegionsAndInputs,
    earlier_outputs: OverRegionsAndOutputs,
    later_inputs: OverRegionsAndInputs,
    later_outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "output",
) -> OverRegionsAndParts:
    r"""How much productivity of a place has changed, and what of it is catching up and what a shift of the frontier.

    .. math:: M = \underbrace{\frac{D^1(z^1)}{D^0(z^0)}}_{\text{efficiency}} \underbrace{\sqrt{\frac{D^0(z^1)}{D^1(z^1)}
       \frac{D^0(z^0)}{D^1(z^0)}}}_{\text{technical}}, \qquad \frac{D^1(z^1)}{D^0(z^0)} = \underbrace{\frac{V^1(z^1)}
       {V^0(z^0)}}_{\text{pure}} \cdot \underbrace{\frac{D^1(z^1) / V^1(z^1)}{D^0(z^0) / V^0(z^0)}}_{\text{scale}}

    :math:`D^t(z^s)`: score of the place as of year *s* by the frontier of year *t* at constant returns; :math:`V^t`: at
    variable returns; 0 the earlier year, 1 the later one.

    Extremes: 1 where nothing has changed; above 1 is gain, in every part.
    Trap: the index itself rests on constant returns. With variable ones it does not measure productivity, and the mixed
    years are infeasible for some places. The choice of orientation matters only to the split of efficiency change.
    Errors: an amount that is not finite or below zero; a place without any input or any output in a year.
    """
    given = {
        "earlier_inputs": earlier_inputs, "earlier_outputs": earlier_outputs,
        "later_inputs": later_inputs, "later_outputs": later_outputs,
    }  # fmt: skip
    sides("malmquist.malmquist", **given)

    def parts(x0: Array, y0: Array, x1: Array, y1: Array) -> Array:
        earlier, later = Side(x0, y0), Side(x1, y1)
        told = _index(earlier, later, orientation, "constant")
        before, after = (_distance(one, one, orientation, "variable") for one in (earlier, later))
        return np.stack([*told, after / before, told[1] * before / after], axis=-1)

    return each(parts, *((one, 2) for one in given.values()))


@misuse(
    malmquist,
    label="以可变规模报酬计算指数 | The index at variable returns",
    seen="scores of a BCC run put into the formula of the index; Färe and others (1994) take constant returns for it "
    "and variable ones for the split of efficiency change alone",
)
def _at_variable_returns(
    earlier_inputs: OverRegionsAndInputs,
    earlier_outputs: OverRegionsAndOutputs,
    later_inputs: OverRegionsAndInputs,
    later_outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "output",
) -> OverRegionsAndParts:
    def parts(x0: Array, y0: Array, x1: Array, y1: Array) -> Array:
        told = _index(Side(x0, y0), Side(x1, y1), orientation, "variable")
        return np.stack([*told, told[1], np.ones_like(told[1])], axis=-1)

    return each(parts, *((one, 2) for one in (earlier_inputs, earlier_outputs, later_inputs, later_outputs)))


@measure(
    label="马姆奎斯特-卢恩伯格指数及其分解 | Malmquist-Luenberger index and its parts",
    unit="1",
    bounds=(0, None),
    reference=CHUNG + "; infeasible mixed years: Arabi, B. and others (2015), Omega, doi 10.1016/j.omega.2014.08.006.",
    tested="peer",
    parts=_PARTS,
    zeros=BADS,
    **THREE | _TWO_YEARS,
)
def malmquist_luenberger(
    earlier_inputs: OverRegionsAndInputs,
    earlier_outputs: OverRegionsAndOutputs,
    earlier_bads: OverRegionsAndBads,
    later_inputs: OverRegionsAndInputs,
    later_outputs: OverRegionsAndOutputs,
    later_bads: OverRegionsAndBads,
) -> OverRegionsAndParts:
    r"""How much productivity has changed where more of the good outputs and less of the bad ones both count as gain.

    .. math:: ML = \underbrace{\frac{1 + D^0(z^0)}{1 + D^1(z^1)}}_{\text{efficiency}} \underbrace{\sqrt{\frac{1 +
    D^1(z^1)}
       {1 + D^0(z^1)} \cdot \frac{1 + D^1(z^0)}{1 + D^0(z^0)}}}_{\text{technical}}

    :math:`D^t(z^s)`: directional distance (``undesirable.directional_distance``) of the place as of year *s* to the
    frontier of year *t*, below zero where it lies beyond; 0 the earlier year, 1 the later one.

    Extremes: 1 where nothing has changed; above 1 is gain.
    Trap: a place of one year may be out of reach of the other year's frontier in this direction; its index is
    undefined, and dropping such places changes every mean.
    Errors: an amount that is not finite or below zero; a bad that is not above zero; a place without input or output.
    """
    who = "malmquist.malmquist_luenberger"
    years = ((earlier_inputs, earlier_outputs, earlier_bads), (later_inputs, later_outputs, later_bads))
    _checked(who, years)

    def parts(x0: Array, y0: Array, b0: Array, x1: Array, y1: Array, b1: Array) -> Array:
        earlier, later = Side(x0, y0, b0), Side(x1, y1, b1)
        first, last = _reach(earlier, earlier), _reach(later, later)
        ahead, back = _reach(later, earlier), _reach(earlier, later)
        efficiency = first / last
        technical = np.sqrt(last / ahead * back / first)
        return np.stack([efficiency * technical, efficiency, technical], axis=-1)

    return each(parts, *((one, 2) for year in years for one in year))


def _reach(place: Side, among: Side) -> Array:
    """Return one plus the directional distance; nan where there is none, or where no good output would be left."""
    reach = 1 + directional(place, among)
    return np.where(reach > 1e-9, reach, np.nan)


def _checked(who: str, years: tuple[tuple[Array, Array, Array], ...]) -> None:
    for name, (inputs, outputs, bads) in zip(("earlier", "later"), years, strict=True):
        three(who, **{f"{name}_inputs": inputs, f"{name}_outputs": outputs, f"{name}_bads": bads})
