"""Where the nodes of a layered graph stand: layers from left to right, few crossings, straight long edges; no drawing.

The steps of Sugiyama, Tagawa and Toda (1981): edges that close a loop are turned, layers come from longest paths inside
each column, long edges get a waypoint in every layer that they cross, barycentres of neighbours order each layer, and a
monotone fit puts every item near its neighbours without changing the order.  Nothing is drawn by chance.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS, FITS = 24, 10
"""Rounds of ordering and of fitting; more of them changed nothing on the graphs that were tried."""


@dataclass(frozen=True)
class Edge:
    """An edge as drawn, from ``low`` to ``high`` layers; ``turned`` when it runs against the layers."""

    low: str
    high: str
    turned: bool
    waypoints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The layers with their items in order, nodes and waypoints, the edges, and how many times edges cross."""

    layers: tuple[tuple[str, ...], ...]
    edges: tuple[Edge, ...]
    crossings: int
    column: Mapping[int, str] = field(default_factory=dict)


def layout(columns: Sequence[str], nodes: Mapping[str, str], edges: Sequence[tuple[str, str]]) -> Layout:
    """Put nodes, each with its column, into layers; the order of the input decides what nothing else decides."""
    turned = [_forward(edge, columns, nodes) for edge in dict.fromkeys(edges)]
    turned = _without_loops(turned, nodes)
    layer, owner = _layers(columns, nodes, turned)
    drawn, rows = _with_waypoints(turned, layer, nodes, len(owner))
    links = [_links(rows, drawn, at) for at in range(len(rows) - 1)]
    ordered, crossings = _ordered(rows, links)
    return Layout(tuple(map(tuple, ordered)), tuple(drawn), crossings, owner)


def _forward(edge: tuple[str, str], columns: Sequence[str], nodes: Mapping[str, str]) -> Edge:
    source, target = edge
    back = columns.index(nodes[source]) > columns.index(nodes[target])
    return Edge(target, source, True) if back else Edge(source, target, False)


def _without_loops(edges: list[Edge], nodes: Mapping[str, str]) -> list[Edge]:
    """Turn the edges that lead back to a node of the walk that reached them: each lies in one strong component."""
    inside: dict[str, list[int]] = {}
    for at, one in enumerate(edges):
        inside.setdefault(one.low, []).append(at)
    state: dict[str, int] = {}
    found = list(edges)
    for root in nodes:
        walk = [(root, iter(inside.get(root, ())))] if root not in state else []
        state.setdefault(root, 1)
        while walk:
            node, rest = walk[-1]
            at = next(rest, -1)
            if at < 0:
                state[node] = 2
                walk.pop()
                continue
            one = edges[at]
            if state.get(one.high) == 1:
                found[at] = Edge(one.high, one.low, not one.turned)
            elif one.high not in state:
                state[one.high] = 1
                walk.append((one.high, iter(inside.get(one.high, ()))))
    return list(dict.fromkeys(one for one in found if one.low != one.high))


def _layers(
    columns: Sequence[str], nodes: Mapping[str, str], edges: list[Edge]
) -> tuple[dict[str, int], dict[int, str]]:
    """Return the layer of every node and the column of every layer: longest paths inside each column."""
    depth = dict.fromkeys(nodes, 0)
    inside = [one for one in edges if nodes[one.low] == nodes[one.high]]
    waiting = dict.fromkeys(nodes, 0)
    for one in inside:
        waiting[one.high] += 1
    following: dict[str, list[str]] = {}
    for one in inside:
        following.setdefault(one.low, []).append(one.high)
    ready = [node for node in nodes if not waiting[node]]
    while ready:
        node = ready.pop()
        for other in following.get(node, ()):
            depth[other] = max(depth[other], depth[node] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    layer, owner, start = dict[str, int](), dict[int, str](), 0
    for column in columns:
        members = [node for node in nodes if nodes[node] == column]
        for node in members:
            layer[node] = start + depth[node]
        wide = 1 + max((depth[node] for node in members), default=0)
        owner |= dict.fromkeys(range(start, start + wide), column)
        start += wide
    return layer, owner


def _with_waypoints(
    edges: list[Edge], layer: Mapping[str, int], nodes: Mapping[str, str], count: int
) -> tuple[list[Edge], list[list[str]]]:
    rows: list[list[str]] = [[] for _ in range(count)]
    for node in nodes:
        rows[layer[node]].append(node)
    drawn = []
    for number, one in enumerate(edges):
        between = range(layer[one.low] + 1, layer[one.high])
        names = tuple(f"\0{number}.{at}" for at in between)
        for at, name in zip(between, names, strict=True):
            rows[at].append(name)
        drawn.append(Edge(one.low, one.high, one.turned, names))
    return drawn, rows


def _links(rows: list[list[str]], edges: Sequence[Edge], at: int) -> list[tuple[str, str]]:
    """Return the pieces of edges between a layer and the next."""
    here, there = set(rows[at]), set(rows[at + 1])
    pieces = []
    for one in edges:
        path = (one.low, *one.waypoints, one.high)
        pieces += [(a, b) for a, b in pairwise(path) if a in here and b in there]
    return pieces


def _ordered(rows: list[list[str]], links: list[list[tuple[str, str]]]) -> tuple[list[list[str]], int]:
    """Return the order with the fewest crossings that sweeps of barycentres came by."""
    best, least = [list(row) for row in rows], _crossings(rows, links)
    now = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        span = range(1, len(now)) if down else range(len(now) - 2, -1, -1)
        for at in span:
            pairs = links[at - 1] if down else [(b, a) for a, b in links[at]]
            now[at] = _by_barycentre(now[at], now[at - 1] if down else now[at + 1], pairs)
        found = _crossings(now, links)
        if found < least:
            best, least = [list(row) for row in now], found
    return best, least


def _by_barycentre(row: list[str], fixed: list[str], pairs: list[tuple[str, str]]) -> list[str]:
    """Order a layer by the mean position of neighbours; an item without any keeps its place."""
    place = {name: at for at, name in enumerate(fixed)}
    near: dict[str, list[int]] = {}
    for other, name in pairs:
        near.setdefault(name, []).append(place[other])
    scale = len(fixed) / max(len(row), 1)
    mean = {name: sum(near[name]) / len(near[name]) if name in near else at * scale for at, name in enumerate(row)}
    return sorted(row, key=lambda name: mean[name])


def _crossings(rows: list[list[str]], links: list[list[tuple[str, str]]]) -> int:
    return sum(_crossed(rows[at], rows[at + 1], pairs) for at, pairs in enumerate(links))


def _crossed(here: list[str], there: list[str], pairs: list[tuple[str, str]]) -> int:
    left, right = ({name: at for at, name in enumerate(row)} for row in (here, there))
    seen: list[int] = []
    count = 0
    for _, end in sorted((left[a], right[b]) for a, b in pairs):
        count += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return count


def heights(found: Layout, tall: Mapping[str, float], gap: float) -> dict[str, float]:
    """Return how far down the middle of every item stands; ``tall`` are heights of nodes, waypoints need none.

    Items of a layer keep their order and never come nearer than their heights and ``gap``.
    """
    near: dict[str, list[str]] = {}
    for one in found.edges:
        path = (one.low, *one.waypoints, one.high)
        for a, b in pairwise(path):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    offsets = [_offsets(row, tall, gap) for row in found.layers]
    deepest = max((offset[-1] for offset in offsets if offset), default=0.0)
    middle = {
        name: offset + (deepest - row_offsets[-1]) / 2
        for row, row_offsets in zip(found.layers, offsets, strict=True)
        for name, offset in zip(row, row_offsets, strict=True)
    }
    for turn in range(FITS):
        order = range(len(found.layers)) if turn % 2 == 0 else range(len(found.layers) - 1, -1, -1)
        for at in order:
            row = found.layers[at]
            wanted = [sum(middle[b] for b in near[a]) / len(near[a]) if a in near else middle[a] for a in row]
            middle |= dict(zip(row, _fitted(wanted, offsets[at]), strict=True))
    top = min((middle[name] - tall.get(name, 0.0) / 2 for name in middle), default=0.0)
    return {name: value - top for name, value in middle.items()}


def _offsets(row: Sequence[str], tall: Mapping[str, float], gap: float) -> list[float]:
    """Return the least distance of every item from the first of its layer."""
    found: list[float] = []
    for at, name in enumerate(row):
        step = (tall.get(row[at - 1], 0.0) + tall.get(name, 0.0)) / 2 + gap if at else 0.0
        found.append((found[-1] if found else 0.0) + step)
    return found


def _fitted(wanted: list[float], offsets: list[float]) -> list[float]:
    """Return the positions nearest to those wanted, in squares, that keep the distances: a monotone regression."""
    blocks: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        total, count = value - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            last, number = blocks.pop()
            total, count = total + last, count + number
        blocks.append((total, count))
    means = [total / count for total, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
