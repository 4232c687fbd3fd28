"""Global sensitivity: which uncertain factor moves a result, alone and together with the others.

Sobol indices share the variance of an output out among factors.  They are estimated from a design of two independent
matrices of inputs, A and B, and of copies of A in which one factor at a time is taken from B.  Outputs are centred
first, so that adding a constant to all of them changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, OverFactors, OverIndicators, OverParts, OverRegionsAndParts
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import finite, positive
from xietong.measures.replications import (
    Aggregation,
    Draws,
    Noise,
    Spread,
    checked,
    composites,
    drawn,
    nominal,
    quantiles,
    ranks,
)

Estimator: TypeAlias = Literal["saltelli", "jansen"]
OverReplications: TypeAlias = Annotated[Array, Axes(("replication",))]
OverFactorsAndReplications: TypeAlias = Annotated[Array, Axes(("factor", "replication"))]
OverFactorsAndParts: TypeAlias = Annotated[Array, Axes(("factor", "part"))]
OverMatricesReplicationsAndFactors: TypeAlias = Annotated[Array, Axes(("matrix", "replication", "factor"))]
OverAlternativesRegionsAndIndicators: TypeAlias = Annotated[Array, Axes(("alternative", "place", "indicator"))]

_SALTELLI = (
    "Saltelli, A., Annoni, P., Azzini, I., Campolongo, F., Ratto, M. and Tarantola, S. (2010), Variance Based "
    "Sensitivity Analysis of Model Output: Design and Estimator for the Total Sensitivity Index, Computer Physics "
    "Communications 181(2): 259-270, doi 10.1016/j.cpc.2009.09.018"
)
_SAISANA = (
    "Saisana, M., Saltelli, A. and Tarantola, S. (2005), Uncertainty and Sensitivity Analysis Techniques as Tools for "
    "the Quality Assessment of Composite Indicators, Journal of the Royal Statistical Society A 168(2): 307-323, doi "
    "10.1111/j.1467-985X.2005.00350.x"
)
_CONSTANT = "结果不变时无定义 | undefined where the output does not vary"
_ZEROS = (
    "算术平均照算，几何与调和平均拒绝；权重可为零 | "
    "taken in an arithmetic mean, refused in the others; a weight may be zero"
)
_CHOICES = (
    "方案（主效应） | alternative, first order",
    "方案（总效应） | alternative, total",
    "权重（主效应） | weights, first order",
    "权重（总效应） | weights, total",
    "合成方法（主效应） | aggregation, first order",
    "合成方法（总效应） | aggregation, total",
    "剔除指标（主效应） | indicator left out, first order",
    "剔除指标（总效应） | indicator left out, total",
)
_COLUMNS = (slice(0, 1), slice(3, None), slice(1, 2), slice(2, 3))
"""The columns of a draw that belong to each of these factors, in this order."""


@measure(
    label="索博尔敏感性指数 | Sobol sensitivity indices",
    unit="1",
    bounds=(None, None),
    reference=f"{_SALTELLI}, with the estimators of Saltelli and of Jansen that it compares.",
    tested="peer",
    least={"replication": 2},
    least_reason="a variance needs two replications",
    spread="总体，除数为n，A与B合并 | of the replications themselves, divisor n, of A and B together",
    undefined=_CONSTANT,
    alike=("y_a", "y_b", "y_ab"),
    parts=("主效应 | first order", "总效应 | total"),
    replicates=("replication",),
    also=("sobol", "variance_based_sensitivity"),
)
def sobol_indices(
    y_a: OverReplications,
    y_b: OverReplications,
    y_ab: OverFactorsAndReplications,
    *,
    estimator: Estimator = "saltelli",
) -> OverFactorsAndParts:
    r"""Say how much of the variance of a result each factor explains alone, and with all its interactions.

    .. math:: S_i = \frac{1}{N V} \sum_r (y^B_r - f_0) (y^{AB_i}_r - y^A_r), \qquad
       T_i = \frac{1}{2 N V} \sum_r (y^A_r - y^{AB_i}_r)^2

    :math:`y^A, y^B`: output on two independent matrices of inputs, as of ``sensitivity.sobol_design``;
    :math:`y^{AB_i}`: output on A with factor *i* taken from B; :math:`f_0, V`: mean and variance of A and B together;
    :math:`N`: number of replications. ``estimator`` jansen: :math:`S_i = 1 - \sum_r (y^B_r - y^{AB_i}_r)^2 / 2NV`.

    Extremes: 0 for a factor without effect, 1 for the only one that has any; estimates stray beyond by chance.
    Trap: without centring, as in some packages, the first order index scatters the more the further the mean of the
    output lies from zero. First order indices that add up to less than 1 tell of interactions. Jansen's first order
    estimate is the better one for a factor that dominates, Saltelli's for small ones.
    Errors: an output that is not finite.
    """
    finite("sensitivity.sobol_indices", y_a=y_a, y_b=y_b, y_ab=y_ab)
    both = np.stack(np.broadcast_arrays(y_a, y_b))
    varies = np.ptp(both, axis=(0, -1)) > 0
    centre = both.mean(axis=(0, -1))[..., None]
    variance = np.where(varies, both.var(axis=(0, -1)), np.nan)[..., None]
    a, b, ab = (y_a - centre)[..., None, :], (y_b - centre)[..., None, :], y_ab - centre[..., None]
    total = ((a - ab) ** 2).mean(axis=-1) / (2 * variance)
    if estimator == "jansen":
        first = 1 - ((b - ab) ** 2).mean(axis=-1) / (2 * variance)
    else:
        first = (b * (ab - a)).mean(axis=-1) / variance
    return np.stack([first, total], axis=-1)


@misuse(
    sobol_indices,
    label="未中心化的主效应 | First order without centring",
    seen="R package COINr 1.1.14, SA_estimate(): for x1 + 2 x2 + 3 x3 and 500 replications the index of first order is "
    "off by 0.05 to 0.14, and by 1.7 to 5.1 when 100 is added to the output",
)
def sobol_indices_without_centring(
    y_a: OverReplications,
    y_b: OverReplications,
    y_ab: OverFactorsAndReplications,
    *,
    estimator: Estimator = "saltelli",
) -> OverFactorsAndParts:
    """Take the product with the output of B as it is, so that its mean multiplies the noise of the difference."""
    right = sobol_indices(y_a, y_b, y_ab, estimator=estimator)
    both = np.stack(np.broadcast_arrays(y_a, y_b))
    variance = both.var(axis=(0, -1), ddof=0)[..., None]
    first = (y_b[..., None, :] * (y_ab - y_a[..., None, :])).mean(axis=-1) / variance
    return np.stack([first, right[..., 1]], axis=-1)


@measure(
    label="索博尔指数的自助区间 | Bootstrap intervals of Sobol indices",
    unit="1",
    bounds=(None, None),
    reference=f"{_SALTELLI}; percentile bootstrap over replications.",
    tested="by hand",
    least={"replication": 2},
    least_reason="a variance needs two replications",
    undefined=_CONSTANT,
    alike=("y_a", "y_b", "y_ab"),
    parts=(
        "主效应 | first order",
        "主效应下限 | first order, low",
        "主效应上限 | first order, high",
        "总效应 | total",
        "总效应下限 | total, low",
        "总效应上限 | total, high",
    ),
)
def sobol_intervals(
    y_a: OverReplications,
    y_b: OverReplications,
    y_ab: OverFactorsAndReplications,
    *,
    estimator: Estimator = "saltelli",
    resamples: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverFactorsAndParts:
    r"""Say how far the indices of sensitivity might lie from their estimate because the runs were few.

    .. math:: [\,Q_l(S_i^{*}), Q_h(S_i^{*})\,], \qquad S_i^{*} = S_i(y_{r_1}, \ldots, y_{r_N}), \quad r_1, \ldots, r_N
       \text{ drawn with replacement}

    :math:`S_i^{*}`: index of a resample, whose variance is its own; :math:`Q_l, Q_h`: quantiles ``low`` and ``high``
    over ``resamples`` of them. Each replication keeps its outputs of A, B and all copies together.

    Extremes: an interval of no width for a factor without any effect.
    Trap: it tells of the number of runs only, not of what was left out of the factors. Replications of a Sobol sequence
    are not independent, so that for them the interval is wider than the error.
    Errors: an output that is not finite; no resample; quantiles that are not in order within 0 and 1.
    """
    who = "sensitivity.sobol_intervals"
    finite(who, y_a=y_a, y_b=y_b, y_ab=y_ab)
    if resamples < 1 or not 0 <= low < high <= 1:
        what = f"resamples is {resamples}, low is {low:g} and high is {high:g}"
        raise MeasureRefusal(who, what, ways=("state one resample or more, and quantiles in order within 0 and 1",))

    def of(a: Array, b: Array, ab: Array) -> Array:
        estimate = sobol_indices(a, b, ab, estimator=estimator).T
        again = np.stack(list(_resampled(a, b, ab, estimator, resamples, seed)))
        cut = quantiles(again.reshape(resamples, -1), low, high).reshape(*estimate.shape, 2)
        return np.concatenate([estimate[..., None], cut], axis=-1).swapaxes(0, 1).reshape(len(ab), 6)

    return each(of, (y_a, 1), (y_b, 1), (y_ab, 2))


def _resampled(a: Array, b: Array, ab: Array, estimator: str, resamples: int, seed: int) -> Iterator[Array]:
    """Yield the indices of resamples, [part, factor]: means of products, in which a replication counts often or not."""
    generator = np.random.default_rng(seed)
    centre, varies = (a.mean() + b.mean()) / 2, max(a.max(), b.max()) > min(a.min(), b.min())
    a, b, ab = a - centre, b - centre, ab - centre
    apart = (b - ab) ** 2 if estimator == "jansen" else b * (ab - a)
    terms = np.concatenate([apart, (a - ab) ** 2, ab - a, [a + b, a**2 + b**2]])
    factors, count = ab.shape
    for _ in range(resamples):
        means = terms @ np.bincount(generator.integers(0, count, count), minlength=count) / count
        middle, variance = means[-2] / 2, means[-1] / 2 - (means[-2] / 2) ** 2
        variance = variance if varies and variance > 0 else np.nan
        product, total, shift = means[:-2].reshape(3, factors)
        first = 1 - product / (2 * variance) if estimator == "jansen" else (product - middle * shift) / variance
        yield np.stack([first, total / (2 * variance)])


@measure(
    label="敏感性分析的抽样设计 | Design for Sobol indices",
    unit="1",
    bounds=(None, None),
    reference=f"{_SALTELLI} (radial design); Sobol sequence, scrambled, of scipy.stats.qmc.",
    tested="peer",
    also=("saltelli_sample",),
)
def sobol_design(
    low: OverFactors, high: OverFactors, *, replications: int = 512, seed: int = 1
) -> OverMatricesReplicationsAndFactors:
    r"""Give the inputs at which a model must be run for its indices of sensitivity: A, B, and A with each factor of B.

    .. math:: x^{A}_{rj} = l_j + (h_j - l_j)\, u_{rj}, \qquad x^{B}_{rj} = l_j + (h_j - l_j)\, u_{r,k+j}, \qquad
       x^{AB_i}_{rj} = \begin{cases} x^{B}_{rj} & j = i \\ x^{A}_{rj} & j \ne i \end{cases}

    :math:`l_j, h_j`: lowest and highest value of factor *j*, uniform between them; :math:`u_r`: point *r* of a Sobol
    sequence in :math:`2k` dimensions; :math:`k`: number of factors. The first matrix is A, the second B, then one for
    each factor in order; the outputs go to ``sensitivity.sobol_indices``.

    Extremes: every input lies between low and high.
    Trap: a Sobol sequence is even over a power of two of points, and over no other number of them. A factor with other
    than uniform odds is given from 0 to 1 and turned into its own distribution by the caller.
    Errors: a limit that is not finite; a high that is not above its low; replications that are no power of two.
    """
    who = "sensitivity.sobol_design"
    finite(who, low=low, high=high)
    width = high - low
    positive(who, "leave a factor out that does not vary", width_of_factor=width)
    factors = width.shape[-1]
    unit = _sequence(who, 2 * factors, replications, seed)
    rows = np.stack(list(_matrices(unit, [slice(factor, factor + 1) for factor in range(factors)])))
    design: Array = low[..., None, None, :] + width[..., None, None, :] * rows
    return design


def _sequence(who: str, dimensions: int, replications: int, seed: int) -> Array:
    from scipy.stats.qmc import Sobol

    if replications < 2 or replications & (replications - 1):
        why = "a Sobol sequence is even over a power of two of points"
        raise MeasureRefusal(who, f"replications is {replications}", why=why, ways=("state 256, 512, 1024 …",))
    points: Array = Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random(replications)
    return points


def _matrices(unit: Array, groups: list[slice]) -> Iterator[Array]:
    """Yield A, B, and A with every group of columns taken from B."""
    a, b = np.split(unit, 2, axis=1)
    yield a
    yield b
    for columns in groups:
        mixed = a.copy()
        mixed[:, columns] = b[:, columns]
        yield mixed


def _index_draws(who: str, tables: Array, weights: Array, spread: Spread, seed: int) -> Draws:
    unit = _sequence(who, 2 * (3 + len(weights)), spread.replications, seed)
    return drawn(weights, len(tables), spread, np.concatenate(list(_matrices(unit, list(_COLUMNS)))))


def _by_factor(outputs: Array, estimator: Estimator) -> Array:
    """Return first order and total of every factor in turn, from outputs whose last axis has all matrices in a row."""
    by_matrix = outputs.reshape(*outputs.shape[:-1], 2 + len(_COLUMNS), -1)
    found = sobol_indices(by_matrix[..., 0, :], by_matrix[..., 1, :], by_matrix[..., 2:, :], estimator=estimator)
    return found.reshape(*outputs.shape[:-1], 2 * len(_COLUMNS))


@measure(
    label="指数排名的敏感性 | Sensitivity of the ranks of an index",
    unit="1",
    bounds=(None, None),
    reference=f"{_SAISANA} (average shift in rank); as in the R package COINr 1.1.14, get_sensitivity(), but centred.",
    tested="by hand",
    least={"place": 2},
    least_reason="one place is always the first",
    zeros=_ZEROS,
    undefined=_CONSTANT,
    parts=_CHOICES,
    scale_free=("scores", "weights"),
)
def index_sensitivity(
    scores: OverAlternativesRegionsAndIndicators,
    weights: OverIndicators,
    *,
    aggregation: Aggregation,
    weight_spread: float,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 512,
    estimator: Estimator = "saltelli",
    seed: int = 1,
) -> OverParts:
    r"""Say which of the choices behind an index moves its ranking: alternative, weights, mean, or indicator left out.

    .. math:: \bar{R}_r = \frac{1}{n} \sum_i |R_{ir} - R_i|, \qquad S_f = S_f(\bar{R}), \quad T_f = T_f(\bar{R})

    :math:`R_{ir}`: rank of place *i* in replication *r*; :math:`R_i`: its nominal rank; :math:`n`: number of places;
    :math:`S_f, T_f`: Sobol indices of factor *f*. The choices are those of ``uncertainty.rank_intervals``; all weights
    together are one factor; the index is computed six times ``replications``, a power of two.

    Extremes: 0 for a choice that is not varied or changes nothing, 1 for the only one that matters.
    Trap: the average shift measures distance from the nominal ranking, so a choice may matter through interactions
    only; what matters for one place is told by ``sensitivity.place_sensitivity``.
    Errors: as for ``uncertainty.rank_intervals``; replications that are no power of two.
    """
    who = "sensitivity.index_sensitivity"
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    checked(who, scores, weights, spread)

    def of(tables: Array, weight: Array) -> Array:
        found = ranks(tables, _index_draws(who, tables, weight, spread, seed))
        published = ranks(tables, nominal(weight, spread))
        shift = np.abs(found - published).mean(axis=1)
        return _by_factor(shift, estimator)

    return each(of, (scores, 3), (weights, 1))


@measure(
    label="各地名次或得分的敏感性 | Sensitivity of the rank or score of each place",
    unit="1",
    bounds=(None, None),
    reference=f"{_SAISANA}; estimators of {_SALTELLI}.",
    tested="by hand",
    least={"place": 2},
    least_reason="one place is always the first",
    zeros=_ZEROS,
    undefined=_CONSTANT,
    parts=_CHOICES,
    scale_free=("scores", "weights"),
)
def place_sensitivity(
    scores: OverAlternativesRegionsAndIndicators,
    weights: OverIndicators,
    *,
    of: Literal["rank", "score"],
    aggregation: Aggregation,
    weight_spread: float,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 512,
    estimator: Estimator = "saltelli",
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Say which of the choices behind an index moves the rank, or the score, of each place.

    .. math:: S_{if} = S_f(R_i), \qquad T_{if} = T_f(R_i)

    :math:`R_i`: rank of place *i*, or its score with ``of`` score, over the replications; :math:`S_f, T_f`: Sobol
    indices of factor *f*, as in ``sensitivity.index_sensitivity``, whose choices it shares.

    Extremes: 0 for a choice that is not varied or changes nothing, 1 for the only one that matters.
    Trap: an index says what moves a place and not how far: a rank that moves by one place may be all due to weights.
    A place whose rank never moves has no index. Scores of alternatives on different scales differ by the scale alone.
    Errors: as for ``sensitivity.index_sensitivity``.
    """
    who = "sensitivity.place_sensitivity"
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    checked(who, scores, weights, spread)

    def for_table(tables: Array, weight: Array) -> Array:
        draws = _index_draws(who, tables, weight, spread, seed)
        outputs = ranks(tables, draws) if of == "rank" else composites(tables, draws)
        step = max(1, 2**20 // len(outputs))
        blocks = [outputs[:, at : at + step].T for at in range(0, outputs.shape[1], step)]
        return np.concatenate([_by_factor(block.astype(np.float64), estimator) for block in blocks])

    return each(for_table, (scores, 3), (weights, 1))
