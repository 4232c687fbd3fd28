"""Communities: groups of places that a network itself suggests, how sure they are, and how far from the best possible.

Found by the Leiden algorithm on the modularity of directed networks with strengths, from many random orders; the same
seed gives the same groups whatever the order in which the places are given, as long as their strengths tell them apart.
Groups are numbered from 1, the one with the largest strength first.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, OverParts, OverRegions, Whole
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.networks import EIGHT, EIGHT_REASON, links_between
from xietong.measures.preconditions import positive

__all__ = ["canonical", "consensus", "partition", "quality"]

_LEIDEN = (
    "Traag, V. A., Waltman, L. and van Eck, N. J. (2019), From Louvain to Leiden: Guaranteeing Well-Connected "
    "Communities, Scientific Reports 9: 5233; modularity with directions: Leicht, E. A. and Newman, M. E. J. (2008), "
    "Community Structure in Directed Networks, Physical Review Letters 100: 118703"
)
_CONSENSUS = (
    "Lancichinetti, A. and Fortunato, S. (2012), Consensus Clustering in Complex Networks, Scientific Reports 2: 336"
)
_CLOSE = 1e-12
_PACKED = 400
"""Places up to which the bound looks at triangles."""


@dataclass(frozen=True)
class _Network:
    """Strengths both ways halved, and what leaves and reaches every place, all as shares of the whole."""

    ties: Array
    out: Array
    into: Array

    def together(self, groups: Whole) -> _Network:
        """Return the network whose places are the groups of this one."""
        member = np.zeros((int(groups.max()) + 1, len(groups)))
        member[groups, np.arange(len(groups))] = 1.0
        return _Network(member @ self.ties @ member.T, member @ self.out, member @ self.into)

    def modularity(self, groups: Whole, resolution: float) -> float:
        """Return the share of strength inside groups less what their sizes alone would put there."""
        one = self.together(groups)
        return float(np.trace(one.ties) - resolution * (one.out * one.into).sum())


@measure(
    label="网络社区划分 | Communities of a network",
    unit="1",
    bounds=(1, None),
    reference=f"{_LEIDEN}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    scale_free=("links",),
    also=("leiden", "louvain"),
)
def partition(links: BetweenRegions, *, resolution: float = 1.0, runs: int = 50, seed: int = 1) -> OverRegions:
    r"""Tell to which group each place belongs, in the grouping of the highest modularity that was found.

    .. math:: g = \arg\max_g Q, \qquad Q = \sum_{i,j} \left[ \frac{w_{ij}}{W} - \gamma \frac{w_{i\cdot}\, w_{\cdot j}}
       {W^2} \right] \delta(g_i, g_j)

    :math:`w_{ij}`: strength from place *i* to place *j*; :math:`w_{i\cdot}, w_{\cdot j}`: all that leaves *i* and
    reaches *j*; :math:`W`: sum of all; :math:`\gamma`: ``resolution``, above 1 for smaller groups; ``runs``: random
    orders that are tried.

    Extremes: one group when every place is tied to every other alike; every group is connected.
    Trap: a network of chance has communities too, and groupings that differ much may be as good: read
    communities.quality and communities.consensus beside it. At resolution 1 groups below a certain size are not found.
    Errors: a strength below zero or not finite; a link of a place to itself; no link; a resolution not above zero.
    """
    who = "communities.partition"
    _checked(who, links, resolution, runs)

    def one(table: Array) -> Array:
        found = _tried(table, resolution, runs, seed)
        return _numbered(table, max(found, key=lambda kept: kept[0])[1])

    return each(one, (links, 2))


@measure(
    label="网络社区的共识划分 | Communities by consensus",
    unit="1",
    bounds=(1, None),
    reference=f"{_CONSENSUS}; each grouping by {_LEIDEN}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    scale_free=("links",),
)
def consensus(
    links: BetweenRegions, *, resolution: float = 1.0, runs: int = 50, seed: int = 1, threshold: float = 0.5
) -> OverRegions:
    r"""Tell to which group each place belongs in what many groupings agree on.

    .. math:: D_{ij} = \frac{1}{R} \sum_r \delta(g_i^{(r)}, g_j^{(r)}), \qquad D_{ij} \leftarrow 0 \text{ where }
       D_{ij} < \tau

    :math:`g^{(r)}`: grouping of run *r*; :math:`R`: ``runs``; :math:`\tau`: ``threshold``. The table of agreement is
    grouped again in as many runs, until they all agree.

    Extremes: the grouping itself when all runs agree at once.
    Trap: agreement of runs is no evidence that groups exist: it says that the method returns to them. It need not have
    the highest modularity.
    Errors: a strength below zero or not finite; a link of a place to itself; no link; a resolution not above zero; a
    threshold not between 0 and 1.
    """
    who = "communities.consensus"
    _checked(who, links, resolution, runs)
    if not 0 <= threshold <= 1:
        raise MeasureRefusal(who, f"threshold is {threshold:g}", ways=("state a share between 0 and 1, 0.5 say",))

    def one(table: Array) -> Array:
        found = [groups for _, groups in _tried(table, resolution, runs, seed)]
        for turn in range(1, 100):
            share = _agreement(found)
            if ((share < _CLOSE) | (share > 1 - _CLOSE)).all():
                break
            share[share < threshold] = 0.0
            np.fill_diagonal(share, 0.0)
            found = [groups for _, groups in _tried(share, 1.0, runs, seed + turn)]
        return _numbered(table, found[0])

    return each(one, (links, 2))


@measure(
    label="网络社区的质量 | Quality of the communities of a network",
    unit="1",
    bounds=(None, None),
    reference=f"{_LEIDEN}; the bound counts every pair that would raise modularity, less what triangles that "
    "contradict themselves must lose, as in correlation clustering (packing of bad triangles).",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    parts=(
        "模块度 | modularity", "上界 | upper bound", "社区数 | groups", "各次一致度 | agreement of the runs",
        "达到最优的次数占比 | share of runs at the best", "各次平均模块度 | mean modularity of the runs",
    ),
    scale_free=("links",),
)  # fmt: skip
def quality(links: BetweenRegions, *, resolution: float = 1.0, runs: int = 50, seed: int = 1) -> OverParts:
    r"""How good the best grouping is, how good one could be at most, and how much the runs agree.

    .. math:: Q \le \sum_i b_{ii} + \sum_{i \ne j} \max(b_{ij}, 0) - 2 \sum_{\triangle} t_\triangle, \qquad
       b_{ij} = \frac{w_{ij} + w_{ji}}{2 W} - \gamma \frac{w_{i\cdot} w_{\cdot j} + w_{j\cdot} w_{\cdot i}}{2 W^2}

    :math:`w_{ij}`: strength from place *i* to place *j*; :math:`W`: sum of all; :math:`\gamma`: ``resolution``;
    :math:`\triangle`: places of which two pairs would gain by being together and the third would lose, each with a
    part :math:`t_\triangle` of the least of the three. Agreement: mean over pairs of places of the share of runs in
    which they are together, or apart if more are apart.

    Extremes: agreement 1 when all runs give one grouping; where modularity meets the bound no grouping is better.
    Trap: the bound is far from tight in most networks (over 400 places triangles are not looked at); only a modularity
    close to it says much.
    Errors: a strength below zero or not finite; a link of a place to itself; no link; a resolution not above zero.
    """
    who = "communities.quality"
    _checked(who, links, resolution, runs)

    def one(table: Array) -> Array:
        found = _tried(table, resolution, runs, seed)
        values = np.array([value for value, _ in found])
        best, share = values.max(), _agreement([groups for _, groups in found])
        apart = ~np.eye(len(table), dtype=bool)
        groups = int(max(found, key=lambda kept: kept[0])[1].max()) + 1
        agreed = np.maximum(share, 1 - share)[apart].mean()
        order = canonical(table)
        bound = max(_bound(_network(table[np.ix_(order, order)]), resolution), best)
        return np.array([best, bound, groups, agreed, (values > best - 1e-9).mean(), values.mean()])

    return each(one, (links, 2))


def canonical(*tables: Array) -> Whole:
    """Return an order of the places by what leaves and reaches them; those alike in that stay in the order given."""
    keys: list[Array] = []
    for table in tables:
        size = max(float(np.abs(table).sum()), 1e-300)
        out, into = table.sum(axis=1) / size, table.sum(axis=0) / size
        keys += [out, into, table @ into / size, table.T @ out / size, (table**2).sum(axis=1) / size**2]
    return np.lexsort([np.round(key, 12) for key in keys])


def _checked(who: str, links: Array, resolution: float, runs: int) -> None:
    table = links_between(who, links)
    positive(who, "name places between which there is a link", total_of_links=table.sum(axis=(-2, -1)))
    if not (np.isfinite(resolution) and resolution > 0):
        raise MeasureRefusal(who, f"resolution is {resolution:g}", ways=("state 1, or more for smaller groups",))
    if runs < 1:
        raise MeasureRefusal(who, f"runs is {runs}", ways=("state 50, or more for a network of hundreds of places",))


def _network(table: Array) -> _Network:
    whole = table.sum()
    return _Network((table + table.T) / (2 * whole), table.sum(axis=1) / whole, table.sum(axis=0) / whole)


def _tried(table: Array, resolution: float, runs: int, seed: int) -> list[tuple[float, Whole]]:
    """Return the grouping of every run with its modularity."""
    order = canonical(table)
    back = np.argsort(order)
    network = _network(table[np.ix_(order, order)])
    told = []
    for generator in np.random.default_rng(seed).spawn(runs):
        groups = _leiden(network, resolution, generator)
        told.append((round(network.modularity(groups, resolution), 12), groups[back]))
    return told


def _leiden(network: _Network, resolution: float, generator: Generator) -> Whole:
    """Move places, refine the groups, and go on with the refined groups as places, until every group is one place."""
    whole, place, groups = network, np.arange(len(network.out)), np.arange(len(network.out))
    while True:
        groups = _moved(network, groups, resolution, generator)
        fine = _refined(network, groups, resolution, generator)
        if fine.max() + 1 == len(fine):
            return _connected(whole.ties, groups[place])
        coarse = np.zeros(int(fine.max()) + 1, dtype=np.int64)
        coarse[fine] = groups
        network, place, groups = network.together(fine), fine[place], coarse


def _gains(network: _Network, one: int, groups: Whole, out: Array, into: Array, resolution: float) -> Array:
    """Return by how much half the modularity would rise if a place that is in no group joined each."""
    ties = np.bincount(groups, network.ties[one], minlength=len(out))
    ties[groups[one]] -= network.ties[one, one]
    return np.asarray(ties - resolution * (network.out[one] * into + network.into[one] * out) / 2)


def _moved(network: _Network, groups: Whole, resolution: float, generator: Generator) -> Whole:
    """Move each place to the group where it adds most, and look again at its neighbours, until none would move."""
    groups, count = groups.copy(), len(groups)
    out, into = (
        np.asarray(np.bincount(groups, side, minlength=count), dtype=np.float64) for side in (network.out, network.into)
    )
    size = np.bincount(groups, minlength=count)
    queue = deque(int(one) for one in generator.permutation(count))
    waiting = np.ones(count, dtype=bool)
    while queue:
        one = queue.popleft()
        waiting[one], here = False, int(groups[one])
        out[here], into[here], size[here] = out[here] - network.out[one], into[here] - network.into[one], size[here] - 1
        gains = _gains(network, one, groups, out, into, resolution)
        gains[size == 0] = -np.inf
        free = here if size[here] == 0 else int(np.argmin(size))
        gains[free] = max(gains[free], 0.0) if size[free] == 0 else gains[free]
        gains[here] += _CLOSE
        there = int(gains.argmax())
        out[there], into[there], size[there] = (
            out[there] + network.out[one], into[there] + network.into[one], size[there] + 1,
        )  # fmt: skip
        if there != here:
            groups[one] = there
            for near in np.flatnonzero((network.ties[one] > 0) & (groups != there) & ~waiting):
                queue.append(int(near))
                waiting[near] = True
    return np.asarray(np.unique(groups, return_inverse=True)[1], dtype=np.int64)


def _refined(network: _Network, groups: Whole, resolution: float, generator: Generator) -> Whole:
    """Build each group anew from single places that join only what they gain by, so that it comes out connected."""
    count = len(groups)
    fine, alone = np.arange(count), np.ones(count, dtype=bool)
    out, into = network.out.copy(), network.into.copy()
    for one in (int(one) for one in generator.permutation(count)):
        if not alone[one]:
            continue
        out[one] = into[one] = 0.0
        gains = _gains(network, one, fine, out, into, resolution)
        gains[groups != groups[one]] = -np.inf
        gains[one] = _CLOSE
        there = int(gains.argmax())
        fine[one], alone[there], alone[one] = there, alone[there] and there == one, there == one
        out[there], into[there] = out[there] + network.out[one], into[there] + network.into[one]
    return np.asarray(np.unique(fine, return_inverse=True)[1], dtype=np.int64)


def _connected(ties: Array, groups: Whole) -> Whole:
    """Return groups with each part that no tie joins to the rest as a group of its own."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    inside = csr_array(ties * (groups[:, None] == groups))
    return np.asarray(connected_components(inside, directed=False)[1], dtype=np.int64)


def _agreement(found: list[Whole]) -> Array:
    """Return the share of groupings in which two places are together."""
    return np.asarray(np.mean([groups[:, None] == groups for groups in found], axis=0))


def _numbered(table: Array, groups: Whole) -> Array:
    """Return the numbers of groups from 1, the one with the largest strength first."""
    strength = np.bincount(groups, table.sum(axis=0) + table.sum(axis=1))
    first = np.full(len(strength), len(groups))
    np.minimum.at(first, groups, np.argsort(canonical(table)))
    rank = np.argsort(np.lexsort([first, np.round(-strength / max(strength.sum(), 1e-300), 12)]))
    return np.asarray(rank[groups] + 1.0)


def _bound(network: _Network, resolution: float) -> float:
    """Return what no grouping exceeds: all that gains, less what triangles with two gains and a loss must give up."""
    outer = np.outer(network.out, network.into)
    worth = network.ties - resolution * (outer + outer.T) / 2
    own = float(np.trace(worth))
    np.fill_diagonal(worth, 0.0)
    gain, loss = np.maximum(worth, 0.0), np.maximum(-worth, 0.0)
    bound = own + float(gain.sum())
    if len(worth) > _PACKED:
        return bound
    for one, other in np.argwhere(np.triu(loss) > 0):
        left = loss[one, other]
        while left > _CLOSE:
            both = np.minimum(gain[one], gain[other])
            third = int(both.argmax())
            part = min(left, both[third])
            if part <= _CLOSE:
                break
            for end in (one, other):
                gain[end, third] -= part
                gain[third, end] -= part
            left, bound = left - part, bound - 2 * part
    return bound
