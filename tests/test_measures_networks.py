"""Networks and centrality: brute force on small ones, extremes, and the traps of strengths taken for lengths."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import centrality, networks
from xietong.measures.axes import Array

AWAY = 1.0 - np.eye(5)
whole = arrays(np.float64, (5, 5), elements=st.integers(0, 6).map(float)).map(lambda table: table * AWAY)
STAR = np.zeros((6, 6))
STAR[0, 1:] = STAR[1:, 0] = 2.0


def shortest(links: Array, source: int, target: int, *, counted: bool) -> tuple[Fraction | None, list[tuple[int, ...]]]:
    """Return the exact length of the shortest paths and the paths, by trying every one."""
    others = [place for place in range(len(links)) if place not in (source, target)]
    best: Fraction | None = None
    found: list[tuple[int, ...]] = []
    for path in ways(source, target, others):
        if all(links[a, b] > 0 for a, b in pairwise(path)):
            length = sum(
                (Fraction(1) if counted else 1 / Fraction(links[a, b]) for a, b in pairwise(path)), Fraction(0)
            )
            if best is None or length < best:
                best, found = length, []
            if length == best:
                found.append(path)
    return best, found


def ways(source: int, target: int, others: list[int]) -> Iterator[tuple[int, ...]]:
    for count in range(len(others) + 1):
        for between in permutations(others, count):
            yield (source, *between, target)


@pytest.mark.parametrize("steps", ["counted", "inverse of strength"])
@settings(max_examples=40, deadline=None)
@given(links=whole)
def test_betweenness_and_efficiency_equal_every_path_tried(steps, links: Array) -> None:
    through, inverse = np.zeros(5), Fraction(0)
    for source, target in permutations(range(5), 2):
        length, paths = shortest(links, source, target, counted=steps == "counted")
        inverse += 1 / length if length else 0
        for path in paths:
            through[list(path[1:-1])] += 1 / len(paths)
    np.testing.assert_allclose(centrality.betweenness(links, steps=steps), through / 12, atol=1e-12)
    np.testing.assert_allclose(networks.global_efficiency(links, steps=steps), float(inverse) / 20, rtol=1e-12)


def test_paths_that_differ_in_the_last_digit_are_equally_long() -> None:
    """1/49 + 1/49 + 1/49 and 3/49 differ as floating point numbers; a peer that compares them exactly sees one path."""
    links = np.zeros((4, 4))
    for a, b, w in [(0, 1, 49.0), (1, 2, 49.0), (2, 3, 49.0)]:
        links[a, b] = links[b, a] = w
    assert 1 / 49 + 1 / 49 + 1 / 49 != 1 / (49 / 3)
    links[0, 3] = links[3, 0] = 49.0 / 3
    through = centrality.betweenness(links, steps="inverse of strength")
    np.testing.assert_allclose(through, [0.0, (2 + 1) / 6, (2 + 1) / 6, 0.0])


def test_strengths_are_no_lengths() -> None:
    """The strong detour is the shortest way; taken for a length, the strength would choose the weak link."""
    links = np.array([[0.0, 10.0, 1.0], [10.0, 0.0, 10.0], [1.0, 10.0, 0.0]])
    np.testing.assert_allclose(centrality.betweenness(links, steps="inverse of strength"), [0.0, 1.0, 0.0])
    np.testing.assert_allclose(centrality.betweenness(links, steps="counted"), 0.0)


def test_a_star_is_the_extreme_of_every_centrality() -> None:
    np.testing.assert_allclose(centrality.betweenness(STAR, steps="counted"), [1, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(centrality.closeness(STAR, steps="counted")[0], 1.0)
    np.testing.assert_allclose(centrality.degree(STAR, threshold=0, per_possible=True), [1] + [0.2] * 5)
    np.testing.assert_allclose(centrality.eigenvector(STAR), [0.5**0.5] + [0.1**0.5] * 5)
    np.testing.assert_allclose(networks.clustering(STAR), 0.0)
    np.testing.assert_allclose(networks.density(STAR, threshold=0), 10 / 30)


def test_a_complete_network() -> None:
    full = np.full((6, 6), 3.0) * (1 - np.eye(6))
    assert networks.density(full, threshold=0) == 1
    assert networks.density(full, threshold=3) == 0
    assert networks.global_efficiency(full, steps="counted") == 1
    np.testing.assert_allclose(networks.mean_path_length(full, steps="inverse of strength"), 1 / 3)
    np.testing.assert_allclose(networks.clustering(full), 1.0)
    np.testing.assert_allclose(networks.modularity(full, np.zeros(6, dtype=np.int64)), 0.0, atol=1e-12)


@given(links=whole, thresholds=arrays(np.float64, 6, elements=st.floats(0, 7)))
def test_density_never_rises_with_the_threshold(links: Array, thresholds: Array) -> None:
    curve = networks.density_by_threshold(links, np.sort(thresholds))
    assert (np.diff(curve) <= 0).all()
    each = [float(networks.density(links, threshold=float(limit))) for limit in np.sort(thresholds)]
    np.testing.assert_allclose(curve, each)


@given(links=whole)
def test_both_directions_of_degree_and_strength_count_the_same_links(links: Array) -> None:
    for measure, more in ((centrality.degree, {"threshold": 0.0}), (centrality.strength, {})):
        out, back = (measure(links, direction=direction, **more) for direction in ("out", "in"))
        np.testing.assert_allclose(out.sum(), back.sum())
        np.testing.assert_allclose(measure(links.T.copy(), direction="out", **more), back)


def test_a_small_part_that_is_cut_off_is_not_the_nearest() -> None:
    links = np.zeros((6, 6))
    links[0, 1] = links[1, 0] = 1.0
    links[2, 3] = links[3, 2] = links[3, 4] = links[4, 3] = links[4, 5] = links[5, 4] = 1.0
    near = centrality.closeness(links, steps="counted")
    assert near[0] < near[3]
    np.testing.assert_allclose(near[0], 1 / 5)


def test_separate_pairs_are_the_best_grouping() -> None:
    links = np.kron(np.eye(4), np.array([[0.0, 2.0], [2.0, 0.0]]))
    np.testing.assert_allclose(networks.modularity(links, np.arange(8) // 2), 0.75)
    assert networks.modularity(links, np.arange(8) % 4) < 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: networks.density(np.eye(3), threshold=0), "links is above zero at [0, 0]"),
        (lambda: networks.density(np.zeros((2, 3)), threshold=0), "links has the shape (2, 3)"),
        (lambda: networks.density(np.zeros((1, 1)), threshold=0), "links has the shape (1, 1)"),
        (lambda: networks.modularity(np.zeros((3, 3)), np.zeros(3, dtype=np.int64)), "total_of_links is 0"),
        (lambda: networks.mean_path_length(np.zeros((3, 3)), steps="counted"), "links leaves a pair without a path"),
        (lambda: networks.clustering(np.triu(np.ones((3, 3)), 1)), "links is 1 one way and 0 the other at [0, 1]"),
        (lambda: centrality.eigenvector(np.kron(np.eye(2), 1 - np.eye(2))), "links falls into 2 parts"),
        (lambda: centrality.betweenness(1 - np.eye(2), steps="counted"), "links has 2 places"),
        (lambda: centrality.degree(1 - np.eye(3), threshold=-1.0), "threshold is -1"),
    ],
)
def test_refusals(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways
