"""Networks as a whole: how dense and how quick they are, how they cluster, and whether they fall into parts.

A table of strengths is the network: a cell above zero is a link from the row to the column, and a symmetric table is an
undirected network.  All formulas run over ordered pairs, so that they hold for both kinds alike.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenRegions, Cells, GroupsOfRegions, OverRegions
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

OverThresholds: TypeAlias = Annotated[Array, Axes(("threshold",))]
Steps: TypeAlias = Literal["counted", "inverse of strength"]

EIGHT = {"place": 8}
EIGHT_REASON = "among few places nearly everyone is next to everyone, and the shape of a network says nothing"
_WASSERMAN = "Wasserman, S. and Faust, K. (1994), Social Network Analysis: Methods and Applications, Cambridge UP"
_WATTS = "Watts, D. J. and Strogatz, S. H. (1998), Collective Dynamics of 'Small-World' Networks, Nature 393: 440-442."


@measure(
    label="网络密度 | Density of a network",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WASSERMAN}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    also=("network_density",),
)
def density(links: BetweenRegions, *, threshold: float) -> Cells:
    r"""Share of all possible links that are there.

    .. math:: D = \frac{m}{n (n - 1)}, \qquad m = \#\{(i, j) : i \ne j,\; w_{ij} > \theta\}

    :math:`w_{ij}`: strength from place *i* to place *j*; :math:`\theta`: ``threshold``, in the unit of the strengths;
    :math:`n`: number of places.

    Extremes: 0 without a link above the threshold, 1 when every pair is linked both ways.
    Trap: the threshold decides the result, and a threshold drawn from the data (their mean, say) moves with the year;
    networks.density_by_threshold shows how much. A gravity network without a threshold always has density 1.
    Errors: a strength below zero or not finite; a link of a place to itself; a threshold below zero.
    """
    strengths = links_between("networks.density", links)
    places = strengths.shape[-1]
    share: Cells = above("networks.density", strengths, threshold).sum(axis=(-2, -1)) / (places * (places - 1))
    return share


@measure(
    label="各阈值下的网络密度 | Density of a network by threshold",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WASSERMAN}: density, here at every threshold.",
    tested="by hand",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    alike=("links", "thresholds"),
)
def density_by_threshold(links: BetweenRegions, thresholds: OverThresholds) -> OverThresholds:
    r"""Share of all possible links that are there, at each of several thresholds.

    .. math:: D(\theta) = \frac{\#\{(i, j) : i \ne j,\; w_{ij} > \theta\}}{n (n - 1)}

    :math:`w_{ij}`: strength from place *i* to place *j*; :math:`\theta`: a threshold; :math:`n`: number of places.

    Extremes: never rises with the threshold; 0 from the strongest link on.
    Trap: two networks may change their order from one threshold to the next; then neither is the denser one.
    Errors: a strength below zero or not finite; a link of a place to itself; a threshold that is not finite.
    """
    strengths = links_between("networks.density_by_threshold", links)
    finite("networks.density_by_threshold", thresholds=thresholds)
    away = ~np.eye(strengths.shape[-1], dtype=bool)

    def shares(table: Array, limits: Array) -> Array:
        ordered = np.sort(table[away])
        above: Array = 1 - np.searchsorted(ordered, limits, side="right") / ordered.size
        return above

    return each(shares, (strengths, 2), (np.asarray(thresholds), 1))


@measure(
    label="全局效率 | Global efficiency of a network",
    unit="1",
    bounds=(0, None),
    reference="Latora, V. and Marchiori, M. (2001), Efficient Behavior of Small-World Networks, Physical Review "
    "Letters 87(19): 198701.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    also=("efficiency",),
)
def global_efficiency(links: BetweenRegions, *, steps: Steps) -> Cells:
    r"""How directly places reach each other, on average over all pairs.

    .. math:: E = \frac{1}{n (n - 1)} \sum_{i \ne j} \frac{1}{d_{ij}}

    :math:`d_{ij}`: shortest path from place *i* to place *j*, each link on it ``counted`` as one, or as long as the
    ``inverse of strength``; :math:`n`: number of places. A pair without a path adds nothing.

    Extremes: 0 without links; with counted links 1 when every pair is linked.
    Trap: with inverse strengths it carries the unit of the strengths and has no upper limit: two networks compare only
    on one scale. A strength is not a length: summed as if it were one, the strongest ties make the longest way.
    Errors: a strength below zero or not finite; a link of a place to itself; fewer than two places.
    """
    strengths = links_between("networks.global_efficiency", links)
    places = strengths.shape[-1]

    def mean(table: Array) -> Array:
        lengths = path_lengths(table, steps=steps)
        np.fill_diagonal(lengths, np.inf)
        inverse: Array = (1 / lengths).sum() / (places * (places - 1))
        return inverse

    return each(mean, (strengths, 2))


@measure(
    label="平均路径长度 | Mean path length of a network",
    unit="1",
    bounds=(0, None),
    reference=_WATTS,
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
)
def mean_path_length(links: BetweenRegions, *, steps: Steps) -> Cells:
    r"""Length of the shortest path between two places, on average over all pairs.

    .. math:: L = \frac{1}{n (n - 1)} \sum_{i \ne j} d_{ij}

    :math:`d_{ij}`: shortest path from place *i* to place *j*, each link on it ``counted`` as one, or as long as the
    ``inverse of strength``; :math:`n`: number of places.

    Extremes: with counted links 1 when every pair is linked; no upper limit.
    Trap: it exists only where every place reaches every other; leaving out the pairs without a path makes a broken
    network look quick.
    Errors: a strength below zero or not finite; a link of a place to itself; a pair without a path.
    """
    strengths = links_between("networks.mean_path_length", links)
    places = strengths.shape[-1]

    def mean(table: Array) -> Array:
        lengths = path_lengths(table, steps=steps)
        if not np.isfinite(lengths).all():
            lost = "networks.global_efficiency lets a pair without a path add nothing"
            raise MeasureRefusal("networks.mean_path_length", "links leaves a pair without a path", ways=(lost,))
        length: Array = lengths.sum() / (places * (places - 1))
        return length

    return each(mean, (strengths, 2))


@measure(
    label="聚类系数 | Clustering coefficient of a place",
    unit="1",
    bounds=(0, 1),
    reference=_WATTS,
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    zeros="伙伴少于两个时计零 | a place with fewer than two partners has zero",
    scale_free=("links",),
)
def clustering(links: BetweenRegions) -> OverRegions:
    r"""Share of the pairs of a place's partners that are linked themselves.

    .. math:: C_i = \frac{\sum_{j,k} a_{ij} a_{jk} a_{ki}}{k_i (k_i - 1)}

    :math:`a_{ij}`: 1 when places *i* and *j* are linked; :math:`k_i`: number of partners of place *i*.

    Extremes: 0 when no two partners are linked, 1 when all are.
    Trap: a place with fewer than two partners has none of it and is given 0, which draws down a mean over places; only
    whether a link is there counts, so weak links are cut by a threshold beforehand.
    Errors: a strength below zero or not finite; a link of a place to itself; a table that is not symmetric.
    """
    strengths = undirected("networks.clustering", links)
    there = (strengths > 0).astype(np.float64)
    partners = there.sum(axis=-1)
    closed = (there @ there * there).sum(axis=-1)
    share: OverRegions = closed / np.where(partners > 1, partners * (partners - 1), 1.0)
    return share


@measure(
    label="模块度 | Modularity of a grouping",
    unit="1",
    bounds=(-1, 1),
    reference="Newman, M. E. J. and Girvan, M. (2004), Finding and Evaluating Community Structure in Networks, "
    "Physical Review E 69: 026113; with strengths and directions: Leicht, E. A. and Newman, M. E. J. (2008), Community "
    "Structure in Directed Networks, Physical Review Letters 100: 118703.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    scale_free=("links",),
)
def modularity(links: BetweenRegions, groups: GroupsOfRegions) -> Cells:
    r"""How much more of all ties lies inside groups than the sizes of the places alone would put there.

    .. math:: Q = \sum_{i,j} \left[ \frac{w_{ij}}{W} - \frac{w_{i\cdot}\, w_{\cdot j}}{W^2} \right] \delta(g_i, g_j)

    :math:`w_{ij}`: strength from place *i* to place *j*; :math:`w_{i\cdot}, w_{\cdot j}`: all that leaves *i* and
    reaches *j*; :math:`W`: sum of all; :math:`g_i`: group of place *i*; :math:`\delta`: 1 in the same group, else 0.

    Extremes: 0 when all places are one group; below 1, and above -1.
    Trap: it judges a grouping that is given, provinces say, and finds none; a high value also comes from chance in a
    thin network.
    Errors: a strength below zero or not finite; a link of a place to itself; no link at all.
    """
    strengths = links_between("networks.modularity", links)
    total = strengths.sum(axis=(-2, -1))
    positive("networks.modularity", "name places between which there is a link", total_of_links=total)
    same = groups[..., :, None] == groups[..., None, :]
    inside = (strengths * same).sum(axis=(-2, -1)) / total
    expected = (strengths.sum(axis=-1)[..., :, None] * strengths.sum(axis=-2)[..., None, :] * same).sum(axis=(-2, -1))
    surplus: Cells = inside - expected / total**2
    return surplus


def links_between(measure: str, links: Array, kind: str = "place") -> Array:
    """Refuse a table that is no network: not square, fewer than two places, below zero, or a place linked to itself.

    ``kind`` is what its rows and columns are called in the message.
    """
    not_negative(measure, links=links)
    if links.ndim < 2 or links.shape[-1] != links.shape[-2] or links.shape[-1] < 2:
        ways = (f"give one row and one column for each of at least two {kind}s",)
        raise MeasureRefusal(measure, f"links has the shape {links.shape}", ways=ways)
    own = np.argwhere(np.diagonal(links, axis1=-2, axis2=-1))
    if len(own):
        place = int(own[0][-1])
        why, ways = f"a network is made of links between {kind}s", ("set the diagonal to zero by name",)
        raise MeasureRefusal(measure, f"links is above zero at [{place}, {place}]", why=why, ways=ways)
    return links


def above(measure: str, strengths: Array, threshold: float) -> NDArray[np.bool_]:
    """Say which cells are links at a threshold, which is refused below zero."""
    if not threshold >= 0:
        ways = ("state 0 to count every link",)
        raise MeasureRefusal(measure, f"threshold is {threshold:g}", why="a strength of 0 is no link", ways=ways)
    return strengths > threshold


def undirected(measure: str, links: Array) -> Array:
    """Refuse a network whose two directions differ."""
    strengths = links_between(measure, links)
    back = np.swapaxes(strengths, -1, -2)
    apart = np.argwhere(np.abs(strengths - back) > 1e-9 * np.maximum(strengths, back))
    if len(apart):
        there = tuple(int(position) for position in apart[0])
        what = f"links is {strengths[there]:g} one way and {back[there]:g} the other at [{', '.join(map(str, there))}]"
        ways = ("add or average the two directions by name",)
        raise MeasureRefusal(measure, what, why="the formula knows no direction", ways=ways)
    return strengths


def path_lengths(table: Array, *, steps: Steps) -> Array:
    """Return the shortest paths from rows to columns of one network, infinite without a path."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    graph = csr_array(table)
    graph.data = 1 / graph.data
    lengths: Array = dijkstra(graph, unweighted=steps == "counted")
    return lengths
