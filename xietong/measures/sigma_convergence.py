"""Sigma convergence: whether the spread of places in logarithms falls, and how sure that is."""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Cells, OverParts, OverRegions, OverRegionsAndPeriods
from xietong.measures.least_squares import fit
from xietong.measures.measure import measure
from xietong.measures.preconditions import positive

_BARRO = "Barro, R. J. and Sala-i-Martin, X. (1992), Convergence, Journal of Political Economy 100(2): 223-251"
_FEW = "a test on three provinces finds nothing"
_LOGARITHM = "leave a place or year without a positive value out by name and with a reason: zero has no logarithm"
_ZEROS = "拒绝 | refused"
_SPREAD = "ddof=0为总体（除数n），ddof=1为样本（除数n-1） | ddof=0: of the places themselves, ddof=1: of a sample"


@measure(
    label="σ（对数标准差） | Sigma (standard deviation of logarithms)",
    unit="1",
    bounds=(0, None),
    reference=f"{_BARRO}; as in the R package REAT 3.0.3, sigmaconv, measure sd of logarithms.",
    tested="by hand",
    least={"place": 2},
    least_reason="one place has no difference to itself",
    zeros=_ZEROS,
    spread=_SPREAD,
    scale_free=("values",),
    replicates=("place",),
)
def sigma(values: OverRegions, *, ddof: int = 0) -> Cells:
    r"""Spread of places in relative terms, in one year; sigma convergence is its fall from year to year.

    .. math:: \sigma = \sqrt{\frac{1}{n - d} \sum_i (\ln x_i - \overline{\ln x})^2}

    :math:`x_i`: value per head of place *i*; :math:`n`: number of places; :math:`d`: ``ddof``, 0 for all places of a
    region, 1 for a sample of them.

    Extremes: 0 when all places are alike; no upper limit.
    Trap: tools differ silently in the divisor; every place counts the same, whatever its people. A fall of it does
    not follow from beta convergence.
    Errors: a value that is not finite or not above zero; a ``ddof`` other than 0 or 1; one place with ``ddof`` of 1.
    """
    _check_ddof("sigma_convergence.sigma", ddof, values.shape[-1])
    positive("sigma_convergence.sigma", _LOGARITHM, values=values)
    spread: Cells = np.log(values).std(axis=-1, ddof=ddof)
    return spread


@measure(
    label="σ收敛趋势 | Trend of sigma",
    unit="1",
    bounds=(None, None),
    reference=f"{_BARRO}; as the regression of the R package REAT 3.0.3, sigmaconv.t, with time counted from the "
    "first period.",
    tested="peer",
    least={"place": 2, "period": 3},
    least_reason="one place has no spread, and a line through two years fits whatever they hold",
    zeros=_ZEROS,
    spread=_SPREAD,
    undefined="残差为零时无t和p，σ不变时无R² | no t and p where the fit is exact, no R squared where sigma stays",
    scale_free=("values",),
    replicates=("place",),
    parts=(
        "首期趋势值 | Trend at the first period", "每年变化 | Change per year", "标准误 | Standard error", "t值 | t",
        "p值（双侧） | p, two-sided", "R² | R squared",
    ),
)  # fmt: skip
def sigma_trend(values: OverRegionsAndPeriods, *, ddof: int = 0, step: float = 1.0) -> OverParts:
    r"""Straight line through the spread of the years: below zero and sure of it, places draw together.

    .. math:: \sigma_t = a + c\,t + e_t, \qquad \sigma_t = \sqrt{\frac{1}{n - d} \sum_i (\ln x_{it} -
       \overline{\ln x_t})^2}, \quad t = 0, s, 2s, \ldots

    :math:`x_{it}`: value per head of place *i* in period *t*; :math:`n`: number of places; :math:`d`: ``ddof``;
    :math:`a`: trend at the first period; :math:`c`: change per year; :math:`s`: years from one period to the next
    (``step``); :math:`e_t`: residual.

    Extremes: a change of 0 when the spread stays; no limits.
    Trap: periods stand in the order of time and equally far apart. Errors of neighbouring years are alike, so that the
    standard error is too small; a line hides a turn in the middle.
    Errors: a value that is not finite or not above zero; fewer than three periods; a ``step`` that is not above zero.
    """
    who = "sigma_convergence.sigma_trend"
    positive(who, _LOGARITHM, values=values, step=np.asarray(step, dtype=np.float64))
    _check_ddof(who, ddof, values.shape[-2])
    if values.shape[-1] < 3:
        what = f"values has {values.shape[-1]} periods"
        raise MeasureRefusal(who, what, why="two points are always on a line", ways=("name a third year",))
    spreads = np.log(values).std(axis=-2, ddof=ddof)
    time = step * np.arange(values.shape[-1], dtype=np.float64)
    return np.stack(fit(spreads, time[:, None], "classical"), axis=-1)


@measure(
    label="σ变化检验 | Sigma of two years and whether they differ",
    unit="1",
    bounds=(None, None),
    reference="F as in the R package REAT 3.0.3, sigmaconv; for the same places twice: Carree, M. and Klomp, L. "
    "(1997), Testing the Convergence Hypothesis: A Comment, The Review of Economics and Statistics 79(4).",
    tested="peer",
    least={"place": 8},
    least_reason=_FEW,
    zeros=_ZEROS,
    spread=_SPREAD,
    undefined=(
        "末年各地相同时无F，两年完全相关时无t | "
        "no F where the last year has no spread, no t where the years move as one"
    ),
    alike=("initial", "final"),
    scale_free=("initial", "final"),
    parts=(
        "首年σ | Sigma at first", "末年σ | Sigma at last", "F值 | F", "p值（两年独立） | p, were the years independent",
        "t值（同一批地区） | t, for the same places twice", "p值（同一批地区） | p, for the same places twice",
    ),
)  # fmt: skip
def sigma_test(initial: OverRegions, final: OverRegions, *, ddof: int = 0) -> OverParts:
    r"""Compare the spread of the first and the last year, and say how sure the difference is.

    .. math:: F = \frac{\sigma_0^2}{\sigma_1^2}, \qquad
       t = \frac{(F - 1) \sqrt{n - 2}}{2 \sqrt{F (1 - r^2)}}

    :math:`\sigma_0, \sigma_1`: standard deviation of the logarithms of the first and the last year, with divisor
    *n* - ``ddof``; :math:`n`: number of places; :math:`r`: correlation of the two years in logarithms.

    Extremes: *F* of 1 and *t* of 0 without change, above them when places drew together; both p are two-sided.
    Trap: *F* takes the two years for different places; they are the same ones, nearly in the same order, and its p is
    then much too large. The test of Pitman and Morgan, *t*, reckons with that.
    Errors: a value that is not finite or not above zero; fewer than eight places; a ``ddof`` other than 0 or 1.
    """
    from scipy.special import fdtr, stdtr

    who, places = "sigma_convergence.sigma_test", initial.shape[-1]
    positive(who, _LOGARITHM, initial=initial, final=final)
    _check_ddof(who, ddof, places)
    if places < 8:
        what = f"there are {places} places"
        raise MeasureRefusal(who, what, why=_FEW, ways=("take cities or counties, or all provinces of the nation",))
    first, last = np.broadcast_arrays(np.log(initial), np.log(final))
    spread = first.std(axis=-1, ddof=ddof), last.std(axis=-1, ddof=ddof)
    ratio = spread[0] ** 2 / np.where(spread[1] > 0, spread[1] ** 2, np.nan)
    below = fdtr(places - 1, places - 1, ratio)
    moved = first - first.mean(axis=-1, keepdims=True), last - last.mean(axis=-1, keepdims=True)
    summed, apart = moved[0] + moved[1], moved[0] - moved[1]
    cross, squares = (summed * apart).sum(axis=-1), (summed**2).sum(axis=-1) * (apart**2).sum(axis=-1)
    rest = squares - cross**2
    t = cross * np.sqrt((places - 2) / np.where(rest > 1e-14 * squares, rest, np.nan))
    p = 2 * stdtr(places - 2, -np.abs(t))
    return np.stack([*spread, ratio, 2 * np.minimum(below, 1 - below), t, p], axis=-1)


def _check_ddof(who: str, ddof: int, places: int) -> None:
    if ddof not in (0, 1) or places <= ddof:
        what = f"ddof is {ddof} with {places} places"
        raise MeasureRefusal(who, what, ways=("state 0 for all places of a region, or 1 for a sample of two or more",))
