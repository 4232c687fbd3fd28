"""Convergence clubs of Phillips and Sul: whether places draw together, and in which groups they do if not all together.

A place is looked at as a share of the mean of its group.  What counts is whether the spread of these shares falls fast
enough over time; the beginning of the series is left out of the regression.  Values are taken in logarithms unless said
otherwise, and may be smoothed first: ``smoothing`` is the penalty of the filter of Hodrick and Prescott, 400 in the
papers for yearly data, 0 for series that are trends already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, GroupsOfRegions, OverParts, OverRegions, OverRegionsAndPeriods, Whole
from xietong.measures.broadcasting import each
from xietong.measures.grouping import number_of_groups
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, positive

GroupsAndParts: TypeAlias = Annotated[Array, Axes(("group", "part"))]
Errors: TypeAlias = Literal["phillips-sul", "andrews"]

CRITICAL = -1.65
"""The test statistic at or below which convergence is refused, the one-sided 5% point in the papers."""

_PAPERS = (
    "Phillips, P. C. B. and Sul, D. (2007), Transition Modeling and Econometric Convergence Tests, Econometrica 75(6): "
    "1771-1855; (2009), Economic Transition and Growth, Journal of Applied Econometrics 24(7): 1153-1185"
)
_PEER = "as in the R package ConvergenceClubs (Sichera and Pizzuto 2019, The R Journal)"
_LEAST = {"place": 4, "period": 10}
_REASON = "of two places one pair is all, and a third of the periods is left out before a line is drawn"
_PARTS = (
    "b（收敛速度的两倍） | b, twice the speed", "标准误 | standard error", "t值 | t", "p值（左侧） | p, left tail",
    "截距 | intercept",
)  # fmt: skip
_LOGARITHM = "state logarithm = false where the values are logarithms already"
_STEP, _HIGHEST = 0.1, 3.0
"""By how much the bar of the sieve rises, and how far."""
_ALIKE = 1e-26
"""Squared spread, in shares of the mean, that is rounding."""


@measure(
    label="HP滤波趋势 | Trend by the filter of Hodrick and Prescott",
    unit="{values}",
    bounds=(None, None),
    reference="Hodrick, R. J. and Prescott, E. C. (1997), Postwar U.S. Business Cycles, Journal of Money, Credit and "
    "Banking 29(1): 1-16 (page not looked up); as hpfilter in the Python package statsmodels.",
    tested="peer",
    least={"period": 3},
    least_reason="a bend needs three periods",
    also=("hp_filter",),
)
def hp_trend(values: OverRegionsAndPeriods, *, smoothing: float) -> OverRegionsAndPeriods:
    r"""Smooth series that keep near the values and bend little.

    .. math:: \min_{\tau} \sum_t (x_t - \tau_t)^2 + \lambda \sum_t (\tau_{t+1} - 2 \tau_t + \tau_{t-1})^2 \quad
       \Rightarrow \quad \tau = (I + \lambda D'D)^{-1} x

    :math:`x_t`: value in period *t*; :math:`\lambda`: ``smoothing``; :math:`D`: second differences.

    Extremes: the values themselves at 0, a straight line as it grows.
    Trap: for yearly data 400, 100 and 6.25 are all in use and give other trends; the ends of a series are drawn to its
    last values.
    Errors: a value that is not finite; fewer than three periods; smoothing below zero.
    """
    finite("convergence_clubs.hp_trend", values=values)
    return _smoothed("convergence_clubs.hp_trend", values, smoothing)


@measure(
    label="相对转移路径 | Relative transition paths",
    unit="1",
    bounds=(None, None),
    reference=f"{_PAPERS}; {_PEER}, computeH.",
    tested="by hand",
    least={"place": 2},
    least_reason="one place is its own mean",
    also=("transition_paths",),
)
def transition_path(
    values: OverRegionsAndPeriods, *, smoothing: float = 0.0, logarithm: bool = True
) -> OverRegionsAndPeriods:
    r"""Every place as a share of the mean of all, year by year.

    .. math:: h_{it} = \frac{x_{it}}{\frac{1}{n} \sum_j x_{jt}}

    :math:`x_{it}`: logarithm of the value of place *i* in period *t*, or the value itself without ``logarithm``;
    :math:`n`: number of places.

    Extremes: 1 for a place at the mean; all paths run to 1 when places converge.
    Trap: in logarithms the shares depend on the unit, since the logarithm of yuan and of ten thousand yuan differ by a
    constant.
    Errors: a value that is not finite, or not above zero with ``logarithm``; a mean that is not above zero.
    """
    who = "convergence_clubs.transition_path"
    series = _series(who, values, smoothing, logarithm)
    return np.asarray(series / series.mean(axis=-2, keepdims=True))


@measure(
    label="log t 收敛检验 | Log t test of convergence",
    unit="1",
    bounds=(None, None),
    reference=f"{_PAPERS}; {_PEER}, estimateMod.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    parts=_PARTS,
    also=("log_t_test",),
)
def log_t(
    values: OverRegionsAndPeriods, *,
    trim: float = 0.3, smoothing: float = 0.0, logarithm: bool = True, errors: Errors = "phillips-sul",
) -> OverParts:  # fmt: skip
    r"""Test whether places converge to one path: refused when *t* is at or below -1.65.

    .. math:: \ln \frac{H_1}{H_t} - 2 \ln \ln t = a + b \ln t + u_t, \qquad
       H_t = \frac{1}{n} \sum_i (h_{it} - 1)^2, \quad t = [rT] + 1, \ldots, T

    :math:`h_{it}`: see convergence_clubs.transition_path; :math:`r`: ``trim``, 0.3 in the papers, with *rT* rounded to
    the nearest whole number (a half to the even one); :math:`b`: twice the speed of convergence. The variance of
    :math:`u` over the long run is that of the authors' program, a quadratic spectral kernel with the bandwidth of
    Andrews, or robust also against unequal variances (``andrews``, as vcovHAC of the R package sandwich).

    Extremes: *b* of 2 or more says that levels converge, from 0 to 2 that growth rates do.
    Trap: not to be refused is no proof; with fewer than 15 periods the test seldom refuses. It depends on the unit, see
    convergence_clubs.transition_path.
    Errors: those of convergence_clubs.transition_path; fewer than four periods left; places that are all alike.
    """
    who = "convergence_clubs.log_t"
    series = _series(who, values, smoothing, logarithm)
    moved, mean = _apart(series)
    return _told(_regressed(who, _spread(moved, mean), trim, errors))


@measure(
    label="收敛俱乐部 | Convergence clubs",
    unit="1",
    bounds=(0, None),
    reference=f"{_PAPERS}; {_PEER}, findClubs and mergeClubs, with the core of the largest t.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    also=("convergence_clubs", "clubs"),
)
def club(
    values: OverRegionsAndPeriods, *,
    trim: float = 0.3, smoothing: float = 0.0, logarithm: bool = True, errors: Errors = "phillips-sul",
    sieve: float = 0.0, merged: bool = True,
) -> OverRegions:  # fmt: skip
    r"""Club that a place belongs to, numbered from 1 for that of the highest; 0 for places in none.

    .. math:: k^* = \arg\max_k t_k \text{ subject to } \min t_k > -1.65, \qquad i \text{ joins if } t_{k^* + i} > c^*

    :math:`t_k`: *t* of convergence_clubs.log_t for the first *k* places in the order of the last period; :math:`c^*`:
    ``sieve``, raised by 0.1 while the club as a whole is refused, and up to 3, after which the core stands alone.
    What is left is searched in the same way. When ``merged``, neighbouring clubs that pass the test together are one.

    Extremes: 1 for all when all converge; 0 for all when no two neighbours in the order do.
    Trap: clubs follow the order of the last period, hence its accidents; numbers say nothing of how sure they are, see
    convergence_clubs.club_tests.
    Errors: those of convergence_clubs.log_t.
    """
    who = "convergence_clubs.club"
    series = _series(who, values, smoothing, logarithm)

    def found(panel: Array) -> Array:
        tests = _Tests(who, *_apart(panel), trim, errors)
        return _numbered(tests, np.argsort(-panel[:, -1], kind="stable"), sieve, merged)

    return each(found, (series, 2))


@measure(
    label="分组 log t 检验 | Log t tests of groups",
    unit="1",
    bounds=(None, None),
    reference=f"{_PAPERS}; {_PEER}.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    undefined="只有一个地方的组无检验 | nan for a group of one place",
    parts=_PARTS,
)
def club_tests(
    values: OverRegionsAndPeriods, groups: GroupsOfRegions, *,
    trim: float = 0.3, smoothing: float = 0.0, logarithm: bool = True, errors: Errors = "phillips-sul",
) -> GroupsAndParts:  # fmt: skip
    r"""Log t test within each group of places: the clubs that were found, or provinces.

    .. math:: \ln \frac{H^g_1}{H^g_t} - 2 \ln \ln t = a_g + b_g \ln t + u_t

    :math:`H^g_t`: spread of the shares in the mean of group *g*; all else as in convergence_clubs.log_t.

    Extremes: those of convergence_clubs.log_t.
    Trap: a test within clubs that were chosen to pass it is no test.
    Errors: those of convergence_clubs.log_t; a single group.
    """
    who = "convergence_clubs.club_tests"
    series = _series(who, values, smoothing, logarithm)
    count = number_of_groups(who, "use convergence_clubs.log_t for all places together", groups=groups)

    def tests(panel: Array, labels: Whole) -> Array:
        result = np.full((count, len(_PARTS)), np.nan)
        for group in range(count):
            if (labels == group).sum() > 1:
                spread = _spread(*_apart(panel[labels == group]))
                result[group] = _told(_regressed(who, spread, trim, errors))
        return result

    return each(tests, (series, 2), (groups, 1))


def _series(who: str, values: Array, smoothing: float, logarithm: bool) -> Array:
    if logarithm:
        positive(who, _LOGARITHM, values=values)
    finite(who, values=values)
    series = _smoothed(who, np.log(values) if logarithm else values, smoothing)
    if (series.mean(axis=-2) <= 0).any():
        what, ways = "the mean of the places is not above zero in some period", ("give values in a smaller unit",)
        raise MeasureRefusal(who, what, why="places are measured in shares of it", ways=ways)
    return series


def _smoothed(who: str, values: Array, smoothing: float) -> Array:
    if not 0 <= smoothing < np.inf:
        raise MeasureRefusal(who, f"smoothing is {smoothing:g}", ways=("state 0 for none, or 400 for yearly data",))
    periods = values.shape[-1]
    if smoothing == 0:
        return np.array(values, dtype=np.float64)
    if periods < 3:
        raise MeasureRefusal(who, f"values has {periods} periods", ways=("name a third period",))
    bends = np.diff(np.eye(periods), n=2, axis=0)
    solved = np.linalg.solve(np.eye(periods) + smoothing * (bends.T @ bends), values[..., None])
    return np.asarray(solved[..., 0])


def _apart(series: Array) -> tuple[Array, Array]:
    """Return values less the mean of their period, which keeps small spreads exact, and that mean."""
    mean = series.mean(axis=-2, keepdims=True)
    return series - mean, mean[..., 0, :]


def _spread(moved: Array, mean: Array) -> Array:
    """Return the spread of shares in the mean over all places given."""
    return _of_sums(moved.sum(axis=-2), (moved**2).sum(axis=-2), np.float64(moved.shape[-2]), mean)


def _of_sums(sums: Array, squares: Array, count: Array | np.float64, mean: Array) -> Array:
    """Return the spread of shares from sums of values less ``mean``, of their squares, and the number of places."""
    own = sums / count
    return np.asarray((squares / count - own**2) / (mean + own) ** 2)


def _regressed(who: str, spread: Array, trim: float, errors: Errors) -> Array:
    """Return b, its standard error, t and the intercept along the last axis, for spreads over periods in rows."""
    periods = spread.shape[-1]
    first = round(trim * periods) if 0 <= trim < 1 else periods
    if periods - first < 4 or first < 1:
        what = f"trim is {trim:g} with {periods} periods"
        why = "the first period has no logarithm of a logarithm, and four at least are left for a line"
        raise MeasureRefusal(who, what, why=why, ways=("state 0.3 or a third", "name more periods"))
    if (spread <= _ALIKE).any():
        what, why = "places are alike in some period", "a spread of zero has no logarithm"
        raise MeasureRefusal(who, what, why=why, ways=("leave copies of a place out", "give more digits"))
    time = np.log(np.arange(first + 1, periods + 1))
    outcome = np.log(spread[..., :1] / spread[..., first:]) - 2 * np.log(time)
    centred = time - time.mean()
    influence = centred / (centred**2).sum()
    slope = (outcome * influence).sum(axis=-1)
    intercept = outcome.mean(axis=-1) - slope * time.mean()
    rest = outcome - intercept[..., None] - slope[..., None] * time
    if errors == "andrews":
        variance = len(time) / (len(time) - 2) * _long_run(rest * influence, _bandwidth(rest * time))
    else:
        variance = _authors(rest) / (centred**2).sum()
    error = np.sqrt(np.maximum(variance, 0))
    return np.stack([slope, error, slope / np.where(error > 0, error, np.nan), intercept], axis=-1)


def _told(found: Array) -> Array:
    from scipy.special import ndtr

    return np.stack([found[..., 0], found[..., 1], found[..., 2], ndtr(found[..., 2]), found[..., 3]], axis=-1)


def _plug_in(persistence: Array, periods: int) -> Array:
    """Return the bandwidth of Andrews for a chain of that persistence and the quadratic spectral kernel."""
    return np.asarray(1.3221 * (4 * persistence**2 / (1 - persistence) ** 4 * periods) ** 0.2)


def _bandwidth(scores: Array) -> Array:
    """Return the bandwidth of Andrews, by a regression of each score on the one before, with an intercept."""
    before, after = scores[..., :-1], scores[..., 1:]
    moved = before - before.mean(axis=-1, keepdims=True)
    return _plug_in((moved * after).sum(axis=-1) / (moved**2).sum(axis=-1), scores.shape[-1])


def _kernel(lag: int, bandwidth: Array) -> Array:
    z = 1.2 * np.pi * lag / np.maximum(bandwidth, 1e-6)
    return np.asarray(3 / z**2 * (np.sin(z) / z - np.cos(z)))


def _long_run(scores: Array, bandwidth: Array) -> Array:
    """Return the sum of the products of scores at all lags, weighted by the quadratic spectral kernel."""
    total = (scores**2).sum(axis=-1)
    for lag in range(1, scores.shape[-1]):
        total = total + 2 * _kernel(lag, bandwidth) * (scores[..., lag:] * scores[..., :-lag]).sum(axis=-1)
    return np.asarray(total)


def _authors(rest: Array) -> Array:
    """Return the variance of residuals over the long run as the authors' program: lagged products skip the last one."""
    before, after = rest[..., :-1], rest[..., 1:]
    bandwidth = _plug_in((before * after).sum(axis=-1) / (before**2).sum(axis=-1), rest.shape[-1])
    return np.asarray((_long_run(before, bandwidth) + rest[..., -1] ** 2) / before.shape[-1])


@dataclass(frozen=True)
class _Tests:
    """Log t tests of any places of a panel, from sums of their values less the mean of all."""

    who: str
    moved: Array
    mean: Array
    trim: float
    errors: Errors

    def statistics(self, sums: Array, squares: Array, count: Array) -> Array:
        """Return *t* for several groups at once: sums and sums of squares by group and period, and their sizes."""
        spread = _of_sums(sums, squares, count[:, None], self.mean)
        return np.asarray(_regressed(self.who, spread, self.trim, self.errors)[:, 2])

    def passed(self, members: Whole) -> bool:
        """Say whether these places converge together."""
        some = self.moved[members][None]
        size = np.array([len(members)], dtype=np.float64)
        return bool(self.statistics(some.sum(axis=1), (some**2).sum(axis=1), size)[0] > CRITICAL)

    def core(self, left: Whole) -> Whole:
        """Return the core of places in order: from the first pair that passes, as many as have the largest *t*."""
        some, squares = self.moved[left], self.moved[left] ** 2
        pairs = self.statistics(some[:-1] + some[1:], squares[:-1] + squares[1:], np.full(len(left) - 1, 2.0))
        passing = np.flatnonzero(pairs > CRITICAL)
        if not len(passing):
            return left[:0]
        start = passing[0]
        sums, total = np.cumsum(some[start:], axis=0)[1:], np.cumsum(squares[start:], axis=0)[1:]
        tests = self.statistics(sums, total, np.arange(2.0, len(sums) + 2))
        fails = np.flatnonzero(~(tests > CRITICAL))
        held = tests[: fails[0]] if len(fails) else tests
        return left[start : start + 2 + int(np.argmax(held))]

    def joined(self, core: Whole, left: Whole, sieve: float) -> Whole:
        """Return the core with those that pass with it, by a bar that rises until all pass together."""
        rest = left[~np.isin(left, core)]
        some = self.moved[core]
        sums, squares = some.sum(axis=0) + self.moved[rest], (some**2).sum(axis=0) + self.moved[rest] ** 2
        tests = self.statistics(sums, squares, np.full(len(rest), len(core) + 1.0))
        for step in range(max(1, round((_HIGHEST - sieve) / _STEP) + 1)):
            members = np.concatenate([core, rest[tests > sieve + step * _STEP]])
            if self.passed(members):
                return members
        return core


def _numbered(tests: _Tests, order: Whole, sieve: float, merged: bool) -> Array:
    clubs: list[Whole] = []
    left = order
    while len(left) > 1:
        members = left if tests.passed(left) else tests.core(left)
        if not len(members):
            break
        clubs.append(members if len(members) == len(left) else tests.joined(members, left, sieve))
        left = left[~np.isin(left, clubs[-1])]
    held = clubs[:1]
    for one in clubs[1:]:
        together = np.concatenate([held[-1], one])
        held = [*held[:-1], together] if merged and tests.passed(together) else [*held, one]
    result = np.zeros(len(order))
    for number, members in enumerate(held, 1):
        result[members] = number
    return result
