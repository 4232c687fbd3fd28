"""Centrality: the standing of each place in a network, by its links, its nearness, its position between others.

A table of strengths is the network, as in ``networks``: a cell above zero is a link from the row to the column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, OverRegions
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.networks import EIGHT, EIGHT_REASON, Steps, above, links_between, path_lengths, undirected

Direction: TypeAlias = Literal["out", "in"]
Places: TypeAlias = NDArray[np.intp]

_FREEMAN = (
    "Freeman, L. C. (1978), Centrality in Social Networks: Conceptual Clarification, Social Networks 1(3): 215-239"
)
_TIE = 1e-10
"""Two paths whose lengths differ by less than this part are equally long."""


@measure(
    label="点度中心度 | Degree of a place",
    unit="1",
    bounds=(0, None),
    reference=f"{_FREEMAN}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    also=("degree_centrality",),
)
def degree(
    links: BetweenRegions, *, threshold: float, direction: Direction = "out", per_possible: bool = False
) -> OverRegions:
    r"""Count the places to which a place is linked.

    .. math:: k_i = \#\{j \ne i : w_{ij} > \theta\}

    :math:`w_{ij}`: strength from place *i* to place *j*; :math:`\theta`: ``threshold``, in the unit of the strengths.
    With ``direction`` *in* the links that reach the place are counted; with ``per_possible`` the number is divided by
    that of the other places.

    Extremes: 0 without links; *n* - 1, or 1 per possible link, when linked to every other place.
    Trap: the threshold decides the result; in an undirected network both directions are the same number and are not
    added.
    Errors: a strength below zero or not finite; a link of a place to itself; a threshold below zero.
    """
    strengths = links_between("centrality.degree", links)
    count = above("centrality.degree", strengths, threshold).sum(axis=-1 if direction == "out" else -2)
    number: OverRegions = count / (strengths.shape[-1] - 1 if per_possible else 1)
    return number


@measure(
    label="联系总强度 | Strength of a place",
    unit="{links}",
    bounds=(0, None),
    reference="Barrat, A., Barthélemy, M., Pastor-Satorras, R. and Vespignani, A. (2004), The Architecture of Complex "
    "Weighted Networks, PNAS 101(11): 3747-3752.",
    tested="peer",
    least={"place": 2},
    least_reason="a link is between two places",
)
def strength(links: BetweenRegions, *, direction: Direction = "out") -> OverRegions:
    r"""All links of a place together, in one direction.

    .. math:: s_i = \sum_{j \ne i} w_{ij}

    :math:`w_{ij}`: strength from place *i* to place *j*; with ``direction`` *in*, :math:`w_{ji}`.

    Extremes: 0 without links; no upper limit.
    Trap: many weak links and one strong link give the same strength; centrality.degree tells them apart.
    Errors: a strength below zero or not finite; a link of a place to itself.
    """
    total: OverRegions = links_between("centrality.strength", links).sum(axis=-1 if direction == "out" else -2)
    return total


@measure(
    label="接近中心度 | Closeness of a place",
    unit="1",
    bounds=(0, None),
    reference=f"{_FREEMAN}; where not all are reached: Wasserman, S. and Faust, K. (1994), Social Network Analysis.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    zeros="不可达的地方计零 | a place that reaches none has zero",
    also=("closeness_centrality",),
)
def closeness(links: BetweenRegions, *, steps: Steps, direction: Direction = "in") -> OverRegions:
    r"""How near a place is to the others, as the inverse of its mean distance.

    .. math:: C_i = \frac{r_i - 1}{n - 1} \cdot \frac{r_i - 1}{\sum_j d_{ji}}

    :math:`d_{ji}`: shortest path from place *j* to place *i*, each link on it ``counted`` as one, or as long as the
    ``inverse of strength``; with ``direction`` *out* the paths from *i*; :math:`r_i`: number of places on such paths,
    *i* among them; :math:`n`: number of places.

    Extremes: 0 when no place is reached; with counted links 1 when all are one link away.
    Trap: without the first factor a place in a small part that is cut off from the rest looks nearest of all; strengths
    are no lengths and are inverted for a path.
    Errors: a strength below zero or not finite; a link of a place to itself.
    """
    strengths = links_between("centrality.closeness", links)

    def near(table: Array) -> Array:
        lengths = path_lengths(table if direction == "out" else table.T, steps=steps)
        found = np.isfinite(lengths)
        others, way = found.sum(axis=-1) - 1, np.where(found, lengths, 0.0).sum(axis=-1)
        inverse: Array = others**2 / np.where(way > 0, way, 1.0) / (len(table) - 1)
        return inverse

    return each(near, (strengths, 2))


@measure(
    label="中介中心度 | Betweenness of a place",
    unit="1",
    bounds=(0, 1),
    reference=f"{_FREEMAN}; computed after Brandes, U. (2001), A Faster Algorithm for Betweenness Centrality, "
    "Journal of Mathematical Sociology 25(2): 163-177.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    scale_free=("links",),
    also=("betweenness_centrality",),
)
def betweenness(links: BetweenRegions, *, steps: Steps) -> OverRegions:
    r"""Share of the shortest paths between other places that lead through a place.

    .. math:: B_i = \frac{1}{(n - 1)(n - 2)} \sum_{s \ne i \ne t} \frac{\sigma_{st}(i)}{\sigma_{st}}

    :math:`\sigma_{st}`: number of shortest paths from place *s* to place *t*, each link on them ``counted`` as one, or
    as long as the ``inverse of strength``; :math:`\sigma_{st}(i)`: those through *i*; :math:`n`: number of places.

    Extremes: 0 when no shortest path leads through; 1 in the middle of a star.
    Trap: strengths taken for lengths turn the network inside out; unnormalised values, as some programs print them, are
    larger by (*n* - 1)(*n* - 2), or half of that for an undirected network. Paths that differ in the last digits only
    count as equally long.
    Errors: a strength below zero or not finite; a link of a place to itself; fewer than three places.
    """
    strengths = links_between("centrality.betweenness", links)
    places = strengths.shape[-1]
    if places < 3:
        ways = ("name a third place",)
        raise MeasureRefusal("centrality.betweenness", f"links has {places} places", why="none is between", ways=ways)
    through: OverRegions = each(lambda table: _dependencies(table, steps), (strengths, 2)) / (places - 1) / (places - 2)
    return through


@measure(
    label="特征向量中心度 | Eigenvector centrality of a place",
    unit="1",
    bounds=(0, 1),
    reference="Bonacich, P. (1972), Factoring and Weighting Approaches to Status Scores and Clique Identification, "
    "Journal of Mathematical Sociology 2(1): 113-120.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    scale_free=("links",),
)
def eigenvector(links: BetweenRegions) -> OverRegions:
    r"""Standing of a place that has strong links to places of high standing.

    .. math:: \lambda_1 x_i = \sum_j w_{ij} x_j, \qquad \sum_i x_i^2 = 1

    :math:`w_{ij}`: strength between places *i* and *j*; :math:`\lambda_1`: largest eigenvalue of the table.

    Extremes: all alike when every place has the same strength; the squares add up to 1.
    Trap: programs scale the vector to length 1, to sum 1 or to maximum 1; only ratios compare. A network in several
    parts has no single such vector.
    Errors: a strength below zero or not finite; a link of a place to itself; a table that is not symmetric; a network
    in several parts.
    """
    strengths = undirected("centrality.eigenvector", links)
    each(_connected, (strengths, 2))
    vectors = np.linalg.eigh(strengths).eigenvectors
    standing: OverRegions = np.abs(vectors[..., -1])
    return standing


def _connected(table: Array) -> Array:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    parts = connected_components(csr_array(table), directed=False, return_labels=False)
    if parts > 1:
        ways = ("measure each part by itself",)
        raise MeasureRefusal("centrality.eigenvector", f"links falls into {parts} parts", ways=ways)
    return np.array(parts, dtype=np.float64)


def _dependencies(table: Array, steps: Steps) -> Array:
    """Sum, for each place, the shares of shortest paths through it over all ordered pairs of other places.

    All sources advance together: first each takes its nearest place, then its second nearest, and so on; on the way
    back the shares are handed down.  Time grows with places times links, memory with the table.
    """
    lengths = path_lengths(table, steps=steps)
    places = len(table)
    order = np.argsort(lengths, axis=1, kind="stable")
    paths, shares = np.eye(places), np.zeros((places, places))
    for source, place, rows, before in _steps(table, lengths, order, range(1, places), steps):
        counts = np.bincount(rows, weights=paths[rows, before], minlength=places)
        paths[source, place] = counts[source]
    for source, place, rows, before in _steps(table, lengths, order, range(places - 1, 0, -1), steps):
        reached = np.zeros(places, dtype=np.intp)
        reached[source] = place
        ends = reached[rows]
        shares[rows, before] += paths[rows, before] / paths[rows, ends] * (1 + shares[rows, ends])
    through: Array = shares.sum(axis=0) - np.diagonal(shares)
    return through


def _steps(
    table: Array, lengths: Array, order: Places, ranks: range, steps: Steps
) -> Iterator[tuple[Places, Places, Places, Places]]:
    """Yield, rank by rank, the sources, the place each has reached, and the last links of its shortest paths."""
    from scipy.sparse import csc_array

    graph = csc_array(table)
    first, sources = graph.indptr.astype(np.intp), np.arange(len(table))
    costs = np.ones_like(graph.data) if steps == "counted" else 1 / graph.data
    for rank in ranks:
        place = order[:, rank]
        source = sources[np.isfinite(lengths[sources, place])]
        place = place[source]
        counts = first[place + 1] - first[place]
        rows, ends = np.repeat(source, counts), np.repeat(place, counts)
        cells = np.repeat(first[place] - np.cumsum(counts) + counts, counts) + np.arange(len(rows))
        before, far = graph.indices[cells].astype(np.intp), lengths[rows, ends]
        near = lengths[rows, before]
        last = (near + costs[cells] <= far * (1 + _TIE)) & (near < far)
        yield source, place, rows[last], before[last]
