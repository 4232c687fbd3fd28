"""Shift-share: what of the change of a place comes from the nation, from its mix of sectors, and from the place."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Cells, OverParts, OverSectors
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

OverSectorsAndParts: TypeAlias = Annotated[Array, Axes(("sector", "part"))]
OverSectorsAndPeriods: TypeAlias = Annotated[Array, Axes(("sector", "period"))]

_DUNN = (
    "Dunn, E. S. Jr. (1960), A Statistical and Analytical Technique for Regional Analysis, Papers and Proceedings of "
    "the Regional Science Association 6: 97-112; formula as in the R package REAT 3.0.3, shift, method Dunn."
)
_ESTEBAN = (
    "Esteban-Marquillas, J. M. (1972), Shift- and share analysis revisited, Regional and Urban Economics 2(3): "
    "249-261; formula as in the R package REAT 3.0.3, shift, method Esteban."
)
_BARFF = "Barff, R. A. and Knight, P. L. (1988), Dynamic Shift-Share Analysis, Growth and Change 19(2): 1-10."
_PARTS = ("全国份额 | National share", "产业结构 | Industrial mix", "地区竞争力 | Regional shift")
_FOUR_PARTS = (
    "全国份额 | National share",
    "产业结构 | Industrial mix",
    "同构竞争力 | Homothetic competitive effect",
    "配置效应 | Allocation effect",
)
_ZEROS = "基期无该产业时，全部增量计入地区 | a sector that the place did not have at first: its whole gain is regional"
_ZEROS_FOUR = "基期无该产业时，全部增量计入同构竞争力 | a sector new in the place: its whole gain is competitive"
_ALIKE = ("earlier", "later", "nation_earlier", "nation_later")


@measure(
    label="总增量 | Change of all sectors together",
    unit="{later}",
    bounds=(None, None),
    reference="Definition (sum of the later amounts minus sum of the earlier ones).",
    tested="by hand",
    alike=("earlier", "later"),
)
def total_change(earlier: OverSectors, later: OverSectors) -> Cells:
    r"""Change of a place over all its sectors, which a shift-share analysis takes apart.

    .. math:: \Delta = \sum_k (x^1_k - x^0_k)

    :math:`x^0_k, x^1_k`: earlier and later amount of sector *k* in the place.

    Extremes: 0 without change, negative for a fall.
    Trap: a sector that one of the two years lacks is not left out; it stands there with zero.
    Errors: an amount that is not finite or below zero.
    """
    not_negative("shift_share.total_change", earlier=earlier, later=later)
    change: Cells = later.sum(axis=-1) - earlier.sum(axis=-1)
    return change


@measure(
    label="偏离-份额分析 | Shift-share analysis",
    unit="{later}",
    bounds=(None, None),
    reference=_DUNN,
    tested="peer",
    zeros=_ZEROS,
    alike=_ALIKE,
    parts=_PARTS,
    adds_up_to="shift_share.total_change",
    also=("dunn",),
)
def shift_share(
    earlier: OverSectors, later: OverSectors, nation_earlier: OverSectors, nation_later: OverSectors
) -> OverParts:
    r"""Split the change of a place into growth of the nation, its mix of sectors, and what is its own.

    .. math:: \Delta = \sum_k x^0_k G + \sum_k x^0_k (G_k - G) + \sum_k (x^1_k - x^0_k (1 + G_k)), \qquad
       G_k = \frac{n^1_k}{n^0_k} - 1, \quad G = \frac{\sum_k n^1_k}{\sum_k n^0_k} - 1

    :math:`x^0_k, x^1_k`: earlier and later amount of sector *k* in the place; :math:`n^0_k, n^1_k`: in the nation.

    Extremes: the parts add up to the change; all but the first are 0 for a place that grows as the nation in each
    sector and has its mix; they are of either sign.
    Trap: it describes and does not explain: the regional part is a remainder. The parts depend on how finely sectors
    are drawn and on the two years; where a sector begins from zero a growth rate has no value, yet its gain is counted.
    Errors: an amount that is not finite or below zero; a nation with nothing at first; a sector that the place had at
    first and the nation had not.
    """
    parts = _by_sector("shift_share.shift_share", earlier, later, nation_earlier, nation_later)
    return np.stack([part.sum(axis=-1) for part in parts], axis=-1)


@measure(
    label="分行业偏离-份额分析 | Shift-share analysis by sector",
    unit="{later}",
    bounds=(None, None),
    reference=_DUNN,
    tested="by hand",
    zeros=_ZEROS,
    alike=_ALIKE,
    parts=_PARTS,
    adds_up_to="growth.difference",
)
def shift_share_by_sector(
    earlier: OverSectors, later: OverSectors, nation_earlier: OverSectors, nation_later: OverSectors
) -> OverSectorsAndParts:
    r"""Split the change of every sector of a place into growth of the nation, of the sector, and what is its own.

    .. math:: \Delta_k = x^0_k G + x^0_k (G_k - G) + (x^1_k - x^0_k (1 + G_k)), \qquad
       G_k = \frac{n^1_k}{n^0_k} - 1, \quad G = \frac{\sum_k n^1_k}{\sum_k n^0_k} - 1

    :math:`x^0_k, x^1_k`: earlier and later amount of sector *k* in the place; :math:`n^0_k, n^1_k`: in the nation.

    Extremes: the parts of a sector add up to its change; the parts of all sectors to those of the place.
    Trap: the growth that sector *k* is held against is that of all sectors of the nation, not its own.
    Errors: an amount that is not finite or below zero; a nation with nothing at first; a sector that the place had at
    first and the nation had not.
    """
    parts = _by_sector("shift_share.shift_share_by_sector", earlier, later, nation_earlier, nation_later)
    return np.stack(parts, axis=-1)


@measure(
    label="埃斯特班偏离-份额分析 | Shift-share analysis of Esteban-Marquillas",
    unit="{later}",
    bounds=(None, None),
    reference=_ESTEBAN,
    tested="peer",
    zeros=_ZEROS_FOUR,
    alike=_ALIKE,
    parts=_FOUR_PARTS,
    adds_up_to="shift_share.total_change",
    also=("esteban",),
)
def esteban_marquillas(
    earlier: OverSectors, later: OverSectors, nation_earlier: OverSectors, nation_later: OverSectors
) -> OverParts:
    r"""Split the regional part further: as if the place had the nation's mix, and what comes of its specialisation.

    .. math:: \sum_k (x^1_k - x^0_k (1 + G_k)) = \sum_k h_k (g_k - G_k) + \sum_k (x^0_k - h_k) (g_k - G_k), \qquad
       h_k = \frac{n^0_k}{\sum_l n^0_l} \sum_l x^0_l

    :math:`g_k, G_k`: growth of sector *k* in the place and in the nation; :math:`x^0_k, x^1_k`: earlier and later
    amount in the place; :math:`n^0_k`: earlier amount in the nation; :math:`h_k`: what the place would have had with
    the mix of the nation.

    Extremes: the four parts add up to the change; the last is 0 for a place with the mix of the nation.
    Trap: a tiny sector that grows fast has a huge rate, which the third part multiplies with the size it has in the
    nation; the fourth takes it back. A sector that begins from zero has no rate: its gain is competitive.
    Errors: an amount that is not finite or below zero; a nation with nothing at first; a sector that the place had at
    first and the nation had not.
    """
    parts = _four("shift_share.esteban_marquillas", earlier, later, nation_earlier, nation_later)
    return np.stack([part.sum(axis=-1) for part in parts], axis=-1)


@measure(
    label="分行业埃斯特班偏离-份额分析 | Shift-share analysis of Esteban-Marquillas by sector",
    unit="{later}",
    bounds=(None, None),
    reference=_ESTEBAN,
    tested="by hand",
    zeros=_ZEROS_FOUR,
    alike=_ALIKE,
    parts=_FOUR_PARTS,
    adds_up_to="growth.difference",
)
def esteban_marquillas_by_sector(
    earlier: OverSectors, later: OverSectors, nation_earlier: OverSectors, nation_later: OverSectors
) -> OverSectorsAndParts:
    r"""Split the change of every sector into nation, mix, competitiveness with the nation's mix, and allocation.

    .. math:: \Delta_k = x^0_k G + x^0_k (G_k - G) + h_k (g_k - G_k) + (x^0_k - h_k) (g_k - G_k), \qquad
       h_k = \frac{n^0_k}{\sum_l n^0_l} \sum_l x^0_l

    :math:`g_k, G_k`: growth of sector *k* in the place and in the nation; :math:`G`: of the whole nation;
    :math:`x^0_k`: earlier amount in the place; :math:`n^0_k`: in the nation; :math:`h_k`: what the place would have had
    with the mix of the nation.

    Extremes: the parts of a sector add up to its change; allocation is above 0 where a place is specialised and
    faster, or is not specialised and slower.
    Trap: allocation above 0 is no praise: a slow sector that is small in the place has it too. A sector that begins
    from zero has no rate: its gain is competitive.
    Errors: an amount that is not finite or below zero; a nation with nothing at first; a sector that the place had at
    first and the nation had not.
    """
    parts = _four("shift_share.esteban_marquillas_by_sector", earlier, later, nation_earlier, nation_later)
    return np.stack(parts, axis=-1)


@measure(
    label="动态偏离-份额分析 | Dynamic shift-share analysis",
    unit="{place}",
    bounds=(None, None),
    reference=_BARFF,
    tested="by hand",
    zeros=_ZEROS,
    alike=("place", "nation"),
    least={"period": 2},
    least_reason="one year has no change",
    parts=_PARTS,
    also=("barff_knight",),
)
def dynamic_shift_share(place: OverSectorsAndPeriods, nation: OverSectorsAndPeriods) -> OverParts:
    r"""Take the change apart year by year, with the mix of each year, and add up the years.

    .. math:: \Delta = \sum_t \left[ \sum_k x^t_k G^t + \sum_k x^t_k (G^t_k - G^t) +
       \sum_k (x^{t+1}_k - x^t_k (1 + G^t_k)) \right], \qquad
       G^t_k = \frac{n^{t+1}_k}{n^t_k} - 1, \quad G^t = \frac{\sum_k n^{t+1}_k}{\sum_k n^t_k} - 1

    :math:`x^t_k`: amount of sector *k* in the place in period *t*; :math:`n^t_k`: in the nation.

    Extremes: the parts add up to the change from the first period to the last; with two periods it is the plain form.
    Trap: periods stand in the order of time, and a change of classification between them looks like growth.
    Errors: an amount that is not finite or below zero; fewer than two periods; a nation with nothing in a period before
    the last; a sector that the place has and the nation has not.
    """
    who = "shift_share.dynamic_shift_share"
    not_negative(who, place=place, nation=nation)
    if min(place.shape[-1], nation.shape[-1]) < 2:
        raise MeasureRefusal(who, "there is one period", why="one year has no change", ways=("name a second year",))
    place, nation = np.swapaxes(place, -1, -2), np.swapaxes(nation, -1, -2)
    steps = _by_sector(who, place[..., :-1, :], place[..., 1:, :], nation[..., :-1, :], nation[..., 1:, :])
    return np.stack([part.sum(axis=(-1, -2)) for part in steps], axis=-1)


def _by_sector(
    who: str, earlier: Array, later: Array, nation_earlier: Array, nation_later: Array
) -> tuple[Array, Array, Array]:
    """Return the national, the sectoral and the regional part of every sector."""
    not_negative(who, earlier=earlier, later=later, nation_earlier=nation_earlier, nation_later=nation_later)
    total = nation_earlier.sum(axis=-1, keepdims=True)
    positive(who, total_of_nation_earlier=total)
    growth = nation_later.sum(axis=-1, keepdims=True) / total - 1
    lacking = np.argwhere((nation_earlier == 0) & (earlier > 0))
    if len(lacking):
        where = ", ".join(map(str, lacking[0].tolist()))
        raise MeasureRefusal(
            who,
            f"nation_earlier is 0 at [{where}] where the place has the sector",
            why="growth of the sector in the nation has no value, and a part is never above its whole",
            ways=("read the sector again in the source, or join it with a neighbouring one",),
        )
    there = nation_earlier > 0
    ratio = np.where(there, nation_later / np.where(there, nation_earlier, 1), 1)
    expected = earlier * ratio
    national, regional = earlier * growth, later - expected
    whole = np.broadcast_arrays(national, expected - earlier - national, regional)
    return whole[0], whole[1], whole[2]


def _four(
    who: str, earlier: Array, later: Array, nation_earlier: Array, nation_later: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the parts of every sector with the regional one split by the mix that the nation has."""
    national, mix, regional = _by_sector(who, earlier, later, nation_earlier, nation_later)
    shares = nation_earlier / nation_earlier.sum(axis=-1, keepdims=True)
    homothetic = shares * earlier.sum(axis=-1, keepdims=True)
    there = earlier > 0
    competitive = np.where(there, homothetic / np.where(there, earlier, 1), 1) * regional
    return national, mix, competitive, regional - competitive
