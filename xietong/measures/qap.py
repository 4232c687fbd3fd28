"""QAP: whether two relations between the same places go together, judged by renaming the places.

The cells of a table of pairs hang together by the places that they share, so that no test that counts cells as
observations is right.  Rows and columns of one table are renamed together; with up to seven places every renaming is
tried.  The diagonal takes no part.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenRegions, OverParts, Whole
from xietong.measures.broadcasting import each
from xietong.measures.communities import canonical
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import finite

FactorsBetweenRegions: TypeAlias = Annotated[Array, Axes(("factor", "place", "place"))]
OverFactorsAndParts: TypeAlias = Annotated[Array, Axes(("factor", "part"))]

_KRACKHARDT = (
    "Krackhardt, D. (1988), Predicting with Networks: Nonparametric Multiple Regression Analysis of Dyadic Data, "
    "Social Networks 10(4): 359-381; the test goes back to Mantel, N. (1967), Cancer Research 27(2): 209-220"
)
_DEKKER = (
    "Dekker, D., Krackhardt, D. and Snijders, T. A. B. (2007), Sensitivity of MRQAP Tests to Collinearity and "
    "Autocorrelation Conditions, Psychometrika 72(4): 563-581, doi 10.1007/s11336-007-9016-1"
)
_FIVE = {"place": 5}
_FIVE_REASON = "four places have 24 renamings, so that no p can reach one in twenty-five"
_EXACT, _BLOCK, _CLOSE = 7, 1 << 20, 1e-10


@measure(
    label="QAP相关 | QAP correlation of two relations",
    unit="1",
    bounds=(-1, None),
    reference=f"{_KRACKHARDT}.",
    tested="by hand",
    least=_FIVE,
    least_reason=_FIVE_REASON,
    parts=(
        "相关系数 | correlation", "单侧p（偏高） | p, as high", "单侧p（偏低） | p, as low",
        "双侧p | p, as far from zero", "置换数 | renamings",
    ),
    scale_free=("first", "second"),
    also=("qap_correlation", "mantel"),
)  # fmt: skip
def correlation(first: BetweenRegions, second: BetweenRegions, *, permutations: int = 9999, seed: int = 1) -> OverParts:
    r"""Correlation of two tables of pairs off the diagonal, and how often a renaming of places gives as much.

    .. math:: r = \operatorname{corr}_{i \ne j}(a_{ij}, b_{ij}), \qquad p = \frac{1 + \#\{\pi : r_\pi \ge r\}}{1 + P},
       \qquad r_\pi = \operatorname{corr}_{i \ne j}(a_{ij}, b_{\pi(i) \pi(j)})

    :math:`a_{ij}, b_{ij}`: the two relations from *i* to *j*; :math:`\pi`: a renaming of the places; :math:`P`:
    ``permutations`` drawn at random. With up to seven places all renamings are tried, and *p* is their share.

    Extremes: 1 for one relation in two units; *p* is never below 1 over the number of renamings.
    Trap: two relations that both fall with distance correlate and *p* is small; qap.regression takes distance out. A
    few very large pairs decide the correlation: take logarithms or ranks by name.
    Errors: a cell that is not finite, also on the diagonal; a table that is the same off the diagonal; fewer than one
    renaming.
    """
    who = "qap.correlation"
    _square(who, permutations, first=first, second=second)

    def one(a: Array, b: Array) -> Array:
        order = canonical(_bare(a), _bare(b))
        left, right = (_centred(who, name, t[np.ix_(order, order)]) for name, t in (("first", a), ("second", b)))
        found = float((left * right).sum())
        told = np.concatenate([(left * turned).sum(axis=(1, 2)) for turned in _renamed(right, permutations, seed)])
        exact = len(a) <= _EXACT
        high, low, far = (told >= found - _CLOSE, told <= found + _CLOSE, np.abs(told) >= abs(found) - _CLOSE)
        chances = [(side.sum() + (not exact)) / (len(told) + (not exact)) for side in (high, low, far)]
        return np.array([np.clip(found, -1, 1), *chances, len(told)])

    return each(one, (first, 2), (second, 2))


@measure(
    label="QAP回归（双重半偏置换） | QAP regression by double semi-partialling",
    unit="1",
    bounds=(None, None),
    reference=f"{_DEKKER}.",
    tested="peer",
    least=_FIVE,
    least_reason=_FIVE_REASON,
    parts=("系数 | coefficient", "t值 | t", "双侧p | p, as far from zero", "R平方 | R squared"),
    scale_free=(),
    also=("mrqap", "qap_regression"),
)
def regression(
    outcome: BetweenRegions, regressors: FactorsBetweenRegions, *, permutations: int = 999, seed: int = 1
) -> OverFactorsAndParts:
    r"""Regression of one relation on several, with a test of each that renames what only it says.

    .. math:: y_{ij} = a + \sum_k b_k x_{k,ij} + \varepsilon_{ij}, \qquad x_{k,ij} = z_{ij}^{\top} \delta + e_{k,ij},
       \qquad p_k = \frac{1 + \#\{\pi : |t_k(e_{k, \pi(i) \pi(j)})| \ge |t_k|\}}{1 + P}

    :math:`y_{ij}`: outcome from *i* to *j*; :math:`x_k`: regressors; :math:`z`: a constant and the other regressors;
    :math:`e_k`: what they leave of :math:`x_k`; :math:`t_k(\cdot)`: *t* of the renamed :math:`e_k` in its place;
    :math:`P`: ``permutations``, or all renamings with up to seven places. R squared is that of the whole, and the same
    for every factor.

    Extremes: *p* is never below 1 over the number of renamings.
    Trap: the usual *t* tables count n (n - 1) pairs as observations and find everything significant; renaming the
    outcome instead breaks the ties among regressors and is wrong when they correlate. Extremely skewed flows spoil any
    of these tests.
    Errors: a cell that is not finite, also on the diagonal; a regressor that is constant or follows from the others;
    fewer pairs than coefficients.
    """
    who = "qap.regression"
    _square(who, permutations, outcome=outcome, regressors=regressors)
    return each(lambda y, x: _regressed(who, y, x, permutations, seed)[:, :4], (outcome, 2), (regressors, 3))


@misuse(
    regression,
    label="把每对当作独立观测 | Pairs counted as independent observations",
    seen="the least squares that Krackhardt (1988) warns of: p from the t distribution with n (n - 1) pairs",
)
def _counted(
    outcome: BetweenRegions, regressors: FactorsBetweenRegions, *, permutations: int = 999, seed: int = 1
) -> OverFactorsAndParts:
    def one(y: Array, x: Array) -> Array:
        told = _regressed("qap.regression", y, x, 1, seed)
        return told[:, [0, 1, 4, 3]]

    return each(one, (outcome, 2), (regressors, 3))


def _regressed(who: str, outcome: Array, regressors: Array, permutations: int, seed: int) -> Array:
    """Return coefficient, t, p by renaming, R squared, and the p of the t distribution, for each regressor."""
    from scipy.special import stdtr

    order = canonical(_bare(outcome))
    away = ~np.eye(len(outcome), dtype=bool)
    y, x = outcome[np.ix_(order, order)][away], regressors[:, order][:, :, order][:, away]
    freedom = len(y) - len(x) - 1
    if freedom < 1:
        what = f"{len(y)} pairs for {len(x)} regressors"
        raise MeasureRefusal(who, what, ways=("name more places", "name fewer regressors"))
    rows, told = np.vstack([np.ones(len(y)), x]), []
    for at in range(1, len(rows)):
        others = np.linalg.qr(np.delete(rows, at, axis=0).T)[0]
        left, rest = (one - others @ (others.T @ one) for one in (rows[at], y))
        size = float(left @ left)
        if size <= 1e-18 * float(rows[at] @ rows[at]) or np.ptp(rows[at]) == 0:
            what, ways = (
                f"regressors has nothing of its own at [{at - 1}]",
                ("take it or one that it follows from out",),
            )
            raise MeasureRefusal(who, what, why="the coefficients have no single value", ways=ways)
        t = _slope_test(size, float(left @ rest), float(rest @ rest), freedom)
        table = np.zeros_like(outcome)
        table[away] = left
        drawn = []
        for turned in _renamed(table, permutations, seed):
            flat = turned[:, away]
            drawn.append(
                _slope_test(size - ((flat @ others) ** 2).sum(axis=1), flat @ rest, float(rest @ rest), freedom)
            )
        chance, exact = np.abs(np.concatenate(drawn)) >= abs(t) * (1 - _CLOSE), len(outcome) <= _EXACT
        p = (chance.sum() + (not exact)) / (len(chance) + (not exact))
        around = float(((y - y.mean()) ** 2).sum())
        missed = float(rest @ rest) - float(left @ rest) ** 2 / size
        explained = 1 - missed / around if around > 0 else 0.0
        told.append([float(left @ rest) / size, t, p, explained, 2 * stdtr(freedom, -abs(t))])
    return np.array(told, dtype=np.float64)


def _slope_test(size: Array | float, cross: Array | float, around: float, freedom: int) -> Array:
    """Return t of a slope from the squares of the regressor, its product with the outcome, and squares of that."""
    size, cross = np.maximum(size, 1e-300), np.asarray(cross)
    missed = np.maximum(around - cross**2 / size, 1e-14 * max(around, 1e-300))
    return np.asarray(cross / np.sqrt(size * missed / freedom))


def _renamed(table: Array, permutations: int, seed: int) -> Iterator[Array]:
    """Yield a table with its places renamed, many at a time: every renaming of seven or fewer, else drawn ones."""
    count = len(table)
    step = max(1, _BLOCK // table.size)
    if count <= _EXACT:
        every = np.array(list(itertools.permutations(range(count))))
        for at in range(0, math.factorial(count), step):
            yield _turned(table, every[at : at + step])
        return
    generator = np.random.default_rng(seed)
    for at in range(0, permutations, step):
        number = min(step, permutations - at)
        yield _turned(table, np.argsort(generator.random((number, count)), axis=1))


def _turned(table: Array, names: Whole) -> Array:
    return np.asarray(table[names[:, :, None], names[:, None, :]])


def _bare(table: Array) -> Array:
    return np.asarray(np.where(np.eye(len(table), dtype=bool), 0.0, table))


def _centred(who: str, name: str, table: Array) -> Array:
    """Return a table less its mean, over its length, off the diagonal, which is zero."""
    away = ~np.eye(len(table), dtype=bool)
    moved = np.where(away, table - table[away].mean(), 0.0)
    size = float(np.sqrt((moved**2).sum()))
    if size <= 1e-12 * float(np.abs(table[away]).max()) * len(table):
        what, ways = f"{name} is the same for all pairs", ("name more places",)
        raise MeasureRefusal(who, what, why="a correlation needs a spread", ways=ways)
    return moved / size


def _square(who: str, permutations: int, **tables: Array) -> None:
    finite(who, **tables)
    for name, table in tables.items():
        if table.ndim < 2 or table.shape[-1] != table.shape[-2] or table.shape[-1] < 3:
            ways = ("give one row and one column for each of at least three places",)
            raise MeasureRefusal(who, f"{name} has the shape {table.shape}", ways=ways)
    if permutations < 1:
        raise MeasureRefusal(who, f"permutations is {permutations}", ways=("state 999 or 9999",))
