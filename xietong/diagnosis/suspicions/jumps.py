r"""Jumps: years in which a series leaves its own path, told apart from noise and from what all places did that year.

With :math:`g_{it} = \ln x_{it} - \ln x_{i,t-1}`, the surprise of a year is what its growth differs from the median growth of the
`WINDOW` years on either side,

.. math:: e_{it} = g_{it} - \operatorname{med}_{0 < |s - t| \le w} g_{is}

and, where there are `PEERS` places or more, less the median surprise of all places in that year (a crisis is no
defect). It is a jump when :math:`|e_{it}|` exceeds `LEAST_JUMP` and `TIMES` the robust spread of the surprises (1.4826 times
the median absolute surprise) of the place in the `NEAR` years on either side and of the panel: the same step is noise
in a decade of upheaval and a defect in a calm one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xietong.library.sheets import Panel

WINDOW = 4
PEERS = 5
LEAST_JUMP = 0.03
"""A smaller step is within what revisions of a year do."""
TIMES = 4.5
NEAR = 8
QUIET = 0.004
"""The spread is taken to be at least this: series of stocks hardly move, and their rounding is no jump."""
BACK = 0.35
"""A jump of which less than this part is left after the next year or two was an outlier and no new level."""
FEWEST = 6
"""A series of fewer periods has no path of its own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Jump:
    """A jump of one place into a period, ``times`` the spread around it.

    ``back`` is the period in which it was taken back, -1 when it stayed.
    """

    panel: Panel
    place: int
    period: int
    size: float
    back: int
    times: float


def surprises(values: Floats) -> Floats:
    """Return for every cell how far its growth differs from that of the years around it; nan where it cannot be told."""
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        logs = np.log(np.where(values > 0, values, np.nan))
        growth = np.full_like(logs, np.nan)
        growth[:, 1:] = logs[:, 1:] - logs[:, :-1]
        padded = np.pad(growth, ((0, 0), (WINDOW, WINDOW)), constant_values=np.nan)
        around = np.stack([padded[:, k : k + growth.shape[1]] for k in range(2 * WINDOW + 1) if k != WINDOW])
        own = growth - np.nanmedian(around, axis=0)
        if len(values) >= PEERS:
            shared = np.nanmedian(own, axis=0)
            own = own - np.where(np.isnan(shared), 0.0, shared)
    return np.asarray(own)


def spread(surprise: Floats) -> Floats:
    """Return the robust spread around every cell: of its place nearby, at least that of the places then and `QUIET`."""
    width = surprise.shape[1]
    near = np.empty_like(surprise)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for j in range(width):
            near[:, j] = np.nanmedian(np.abs(surprise[:, max(0, j - NEAR) : j + NEAR + 1]), axis=1)
        peers = np.nan_to_num(np.nanmedian(near, axis=0))
    return np.asarray(np.maximum(1.4826 * np.maximum(np.nan_to_num(near), peers), QUIET))


def jumps(panel: Panel) -> Iterator[Jump]:
    """Yield the jumps of a panel, place by place."""
    values = panel.values
    if values.shape[1] < FEWEST or not np.isfinite(values).any():
        return
    surprise = surprises(values)
    around = spread(surprise)
    limit = np.maximum(TIMES * around, LEAST_JUMP)
    enough = np.isfinite(surprise).sum(axis=1) >= FEWEST - 2
    taken: set[tuple[int, int]] = set()
    for i, j in np.argwhere((np.abs(np.nan_to_num(surprise)) > limit) & enough[:, None]).tolist():
        if (i, j) in taken:
            continue
        size = float(surprise[i, j])
        back = _taken_back(surprise[i], j, float(limit[i, j]))
        if back >= 0:
            taken.add((i, back))
        yield Jump(panel, i, j, size, back, abs(size) / float(around[i, j]))


def _taken_back(surprise: Floats, at: int, limit: float) -> int:
    """Return the period, one or two later, in which a jump is undone, or -1."""
    for later in range(at + 1, min(at + 3, len(surprise))):
        undone = surprise[later] * surprise[at] < 0 and abs(surprise[later]) > limit
        if undone and abs(surprise[at : later + 1].sum()) < BACK * abs(surprise[at]):
            return later
    return -1
