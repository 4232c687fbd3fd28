"""Communities: the best grouping of small networks by trying every one, planted groups, and what the bound bounds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from xietong.errors import MeasureRefusal
from xietong.measures import communities, networks
from xietong.measures.axes import Array

CASES = Path(__file__).parent / "published" / "communities.toml"


def network(seed: int, count: int = 7, there: float = 0.5) -> Array:
    generator = np.random.default_rng(seed)
    table = generator.uniform(0.1, 3, (count, count)) * (generator.random((count, count)) < there)
    table[0, 1] = 1.0
    return np.asarray(table * (1 - np.eye(count)))


def groupings(count: int) -> Iterator[list[int]]:
    """Yield every way to put places into groups."""

    def onward(labels: list[int]) -> Iterator[list[int]]:
        if len(labels) == count:
            yield labels
            return
        for one in range(max(labels, default=-1) + 2):
            yield from onward([*labels, one])

    yield from onward([])


@given(seed=st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_no_grouping_is_better_than_the_best_nor_than_the_bound(seed: int) -> None:
    links = network(seed)
    every = np.array(list(groupings(7)))
    values = networks.modularity(links[None], every)
    best, bound = communities.quality(links, runs=20)[:2]
    assert best == pytest.approx(values.max(), abs=1e-9)
    assert bound >= values.max() - 1e-12
    told = communities.partition(links, runs=20)
    assert networks.modularity(links, told.astype(np.int64)) == pytest.approx(best, abs=1e-9)


@given(seed=st.integers(0, 10_000), resolution=st.floats(0.3, 3))
@settings(max_examples=25, deadline=None)
def test_every_group_is_connected_and_numbered_by_strength(seed: int, resolution: float) -> None:
    links = network(seed, 14, 0.15)
    for told in (
        communities.partition(links, runs=3, resolution=resolution).astype(int),
        communities.consensus(links, runs=3, resolution=resolution).astype(int),
    ):
        strength = np.bincount(told - 1, links.sum(axis=0) + links.sum(axis=1))
        assert set(told) == set(range(1, told.max() + 1))
        assert (np.diff(strength) <= 1e-9).all()
    told = communities.partition(links, runs=3, resolution=resolution).astype(int)
    for group in set(told):
        inside = links[np.ix_(told == group, told == group)]
        assert connected_components(inside, directed=False)[0] == 1


def test_planted_groups_come_back_and_all_runs_agree() -> None:
    generator = np.random.default_rng(7)
    planted = np.arange(60) % 4
    links = (generator.random((60, 60)) < np.where(planted[:, None] == planted, 0.6, 0.05)) * (1 - np.eye(60))
    told = communities.partition(links, runs=5).astype(int)
    assert len({(a, b) for a, b in zip(planted, told, strict=True)}) == 4
    np.testing.assert_array_equal(communities.consensus(links, runs=5), told)
    assert communities.quality(links, runs=5)[3] == pytest.approx(1.0)


def test_a_finer_resolution_gives_no_fewer_groups_and_seeds_repeat() -> None:
    case = tomllib.loads(CASES.read_text(encoding="utf-8"))["case"][0]
    links = np.array(case["inputs"]["links"])
    counts = [communities.partition(links, resolution=one).max() for one in (0.3, 1.0, 3.0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[2]
    again = [communities.partition(links, seed=5, runs=4).tobytes() for _ in range(2)]
    assert again[0] == again[1]


def test_the_optimum_of_the_karate_club_is_found_by_few_runs_and_not_by_one() -> None:
    case = next(one for one in tomllib.loads(CASES.read_text(encoding="utf-8"))["case"] if "0.4198" in one["source"])
    links = np.array(case["inputs"]["links"])
    assert communities.quality(links, runs=10)[0] == pytest.approx(0.4197896121, abs=1e-9)
    singles = [communities.quality(links, runs=1, seed=seed)[0] for seed in range(12)]
    assert min(singles) < 0.4197


@pytest.mark.parametrize(
    ("choices", "said"),
    [({"resolution": 0.0}, "resolution is 0"), ({"runs": 0}, "runs is 0"), ({"threshold": 2.0}, "threshold is 2")],
)
def test_what_cannot_be_is_refused(choices: dict[str, float], said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        communities.consensus(network(1), **choices)
