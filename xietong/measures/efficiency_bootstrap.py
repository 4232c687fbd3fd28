"""How far scores of efficiency are too high because the best practice was not observed: the smoothed bootstrap."""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverRegionsAndInputs, OverRegionsAndOutputs, OverRegionsAndParts, Whole
from xietong.measures.broadcasting import each
from xietong.measures.efficiency import PLACES, UNITS, ZEROS, score, sides
from xietong.measures.envelopment import Orientation, Side, radial
from xietong.measures.measure import measure, misuse

_PARTS = (
    "得分 | score", "偏差 | bias", "纠偏得分 | corrected score", "区间下限 | lower limit", "区间上限 | upper limit",
)  # fmt: skip
_SETS = 20_000
_WHO = "efficiency_bootstrap.bias_corrected"


@measure(
    label="自助法纠偏效率 | Efficiency corrected for bias by the bootstrap",
    unit="1",
    bounds=(None, None),
    reference="Simar, L. and Wilson, P. W. (1998), Sensitivity Analysis of Efficiency Scores: How to Bootstrap in "
    "Nonparametric Frontier Models, Management Science 44(1): 49-61.",
    tested="by hand",
    zeros=ZEROS,
    parts=_PARTS,
    scale_free=UNITS,
    **PLACES,
)
def bias_corrected(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation,
    returns: Literal["constant", "variable"],
    replications: int = 1000,
    confidence: float = 0.95,
    bandwidth: float = 0.0,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Score of each place, how much too high it probably is, the score without that, and its interval.

    .. math:: \hat{b}_o = \frac{1}{B} \sum_b \hat{\theta}_{ob}^* - \hat{\theta}_o, \quad \tilde{\theta}_o =
       \hat{\theta}_o - \hat{b}_o, \quad \big[ \hat{\theta}_o - q_{1 - \alpha / 2}, \; \hat{\theta}_o - q_{\alpha / 2}
       \big], \quad x_{jb}^* = \frac{\hat{\theta}_j}{\theta_{jb}^*} x_j

    :math:`\hat{\theta}`: scores; :math:`\theta_{jb}^*`: drawn from their density, smoothed with the bandwidth,
    reflected at 1 and set back to their variance; :math:`\hat{\theta}_{ob}^*`: score of place *o* against the drawn
    places; :math:`q`: quantiles of :math:`\hat{\theta}_o^* - \hat{\theta}_o`. With orientation ``output`` outputs are
    drawn.

    Extremes: the bias is zero or above, the corrected score lies below the score.
    Trap: drawing places instead of smoothed scores repeats the frontier and is inconsistent. The interval leaves out
    the score itself, its own upper limit; with few places its lower limit may fall below zero, and then tells nothing.
    It rests on efficiency that is spread alike everywhere. Bandwidth 0 takes the rule of thumb :math:`0.9 \min(s, r /
    1.34) (2n)^{-1/5}` of the reflected scores (spread *s*, quartiles *r* apart); a draw below half the lowest score is
    set to that half.
    Errors: an amount that is not finite or below zero; a place without any input or any output; fewer than 100
    replications; a confidence not between 0 and 1; all scores equal.
    """
    sides(_WHO, inputs=inputs, outputs=outputs)
    _choices(replications, confidence, bandwidth)

    def parts(x: Array, y: Array) -> Array:
        scores = score(x, y, orientation, returns)
        drawn = _drawn(scores, np.lexsort((*x.T, *y.T)), replications, bandwidth, seed)
        again = _scored(x, y, scores, drawn, orientation, returns)
        bias = again.mean(axis=0) - scores
        ends = np.quantile(again - scores, [(1 + confidence) / 2, (1 - confidence) / 2], axis=0)
        return np.stack([scores, bias, scores - bias, *(scores - ends)], axis=-1)

    return each(parts, (inputs, 2), (outputs, 2))


@misuse(
    bias_corrected,
    label="直接重抽各地（不平滑） | Places drawn again, without smoothing",
    seen="the naive bootstrap that Simar and Wilson (1998) warn of: its replications put mass on the observed frontier",
)
def _naive(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation,
    returns: Literal["constant", "variable"],
    replications: int = 1000,
    confidence: float = 0.95,
    bandwidth: float = 0.0,
    seed: int = 1,
) -> OverRegionsAndParts:
    def parts(x: Array, y: Array) -> Array:
        scores = score(x, y, orientation, returns)
        drawn = np.random.default_rng(seed).choice(scores, (replications, len(scores)))
        again = _scored(x, y, scores, drawn, orientation, returns)
        bias = again.mean(axis=0) - scores
        ends = np.quantile(again - scores, [(1 + confidence) / 2, (1 - confidence) / 2], axis=0)
        return np.stack([scores, bias, scores - bias, *(scores - ends)], axis=-1)

    return each(parts, (inputs, 2), (outputs, 2))


def _choices(replications: int, confidence: float, bandwidth: float) -> None:
    if replications < 100:
        ways = ("state 1000 or 2000",)
        raise MeasureRefusal(_WHO, f"replications is {replications}", why="quantiles need more", ways=ways)
    if not 0 < confidence < 1:
        raise MeasureRefusal(_WHO, f"confidence is {confidence:g}", ways=("state 0.9, 0.95 or 0.99",))
    if not (np.isfinite(bandwidth) and bandwidth >= 0):
        raise MeasureRefusal(_WHO, f"bandwidth is {bandwidth:g}", ways=("state 0 for the rule of thumb, or a width",))


def _drawn(scores: Array, order: Whole, replications: int, bandwidth: float, seed: int) -> Array:
    """Draw smoothed scores: replications x places; the order in which the places come makes no difference."""
    mirrored = np.concatenate([scores, 2 - scores])
    quarter, three = np.quantile(mirrored, [0.25, 0.75])
    spreads = [one for one in (mirrored.std(ddof=1), (three - quarter) / 1.34) if one > 0]
    width = bandwidth or 0.9 * min(spreads, default=0.0) * len(mirrored) ** -0.2
    variance = scores.var()
    if not (variance > 1e-18 and width > 0):
        why = "the bootstrap draws from the spread of the scores, and there is none"
        raise MeasureRefusal(
            _WHO, "all scores are equal", why=why, ways=("use more places or fewer inputs and outputs",)
        )
    generator = np.random.default_rng(seed)
    picked = generator.choice(scores[order], (replications, len(scores)))
    smooth = picked + width * generator.standard_normal(picked.shape)
    smooth = np.where(smooth <= 1, smooth, 2 - smooth)
    mean = picked.mean(axis=-1, keepdims=True)
    drawn = np.empty_like(smooth)
    drawn[:, order] = mean + (smooth - mean) / np.sqrt(1 + width**2 / variance)
    low = scores.min() / 2
    return np.clip(drawn, low, None)


def _scored(x: Array, y: Array, scores: Array, drawn: Array, orientation: Orientation, returns: str) -> Array:
    """Return the score of every place against the places of every draw, some draws at a time."""
    returned: Literal["constant", "variable"] = "constant" if returns == "constant" else "variable"
    step = max(1, _SETS // len(x))
    told = []
    for at in range(0, len(drawn), step):
        factor = (scores / drawn[at : at + step])[..., None]
        inputs, outputs = (x * factor, y + 0 * factor) if orientation == "input" else (x + 0 * factor, y / factor)
        told.append(radial(Side(x, y), Side(inputs, outputs), orientation, returned))
    again: Array = np.concatenate(told)
    return again if orientation == "input" else 1 / again
