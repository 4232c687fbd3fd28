"""Every published, peer and hand-worked case; every measure has one, and states the best tier that it has."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xietong.measures import all_measures, facts
from xietong.measures.measure import FAMILIES
from xietong.measures.shares import per_head, relative_level

FOLDER = Path(__file__).parent / "published"
TIERS = ("printed", "peer", "by hand")
KEYS = {"measure", "tier", "source", "inputs", "choices", "at", "expected", "tolerance", "note"}


def cases(family: str) -> list[dict[str, Any]]:
    return tomllib.loads((FOLDER / f"{family}.toml").read_text(encoding="utf-8"))["case"]


ALL = [(family, number, case) for family in FAMILIES for number, case in enumerate(cases(family), 1)]


@pytest.mark.parametrize(("family", "number", "case"), ALL, ids=[f"{c['measure']}-{n}" for _, n, c in ALL])
def test_case(family: str, number: int, case: dict[str, Any]) -> None:
    one = facts(case["measure"])
    data: dict[str, Any] = {
        name: np.asarray(value, dtype=np.int64 if name in one.labels else np.float64)
        for name, value in case["inputs"].items()
    }
    result = np.asarray(one.function(**data, **case.get("choices", {})))
    result = result[tuple(case["at"])] if "at" in case else result
    expected = np.asarray(case["expected"], dtype=np.float64)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=0, atol=case["tolerance"])


@pytest.mark.parametrize(("family", "number", "case"), ALL, ids=[f"{c['measure']}-{n}" for _, n, c in ALL])
def test_case_is_complete(family: str, number: int, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    assert case["measure"].startswith(f"{family}.")
    assert case["tier"] in TIERS
    assert len(case["source"]) > 10
    assert 0 < case["tolerance"] <= 0.05
    assert set(case["inputs"]) == set(facts(case["measure"]).parameters)


@pytest.mark.parametrize("name", sorted(all_measures()))
def test_measure_states_its_best_tier(name: str) -> None:
    tiers = [case["tier"] for _, _, case in ALL if case["measure"] == name]
    assert tiers, f"{name} has no case"
    assert facts(name).tested == min(tiers, key=TIERS.index)


def test_no_file_without_a_family() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(FAMILIES)


@pytest.mark.parametrize(
    ("people", "beijing", "tianjin"),
    [((2153.6, 1561.83, 7591.97), 0.2845, 0.5289), ((2189.3, 1386.6, 7461.0), 0.2943, 0.4778)],
    ids=["end of 2019, before the census", "census of 2020"],
)
def test_the_denominator_of_a_printed_gap(people: tuple[float, ...], beijing: float, tianjin: float) -> None:
    """江孝君等, 唐山师范学院学报 2024(1): Hebei at 28.45% of Beijing and 52.89% of Tianjin in 2020."""
    level = per_head(np.array([36102.6, 14083.73, 36206.9]), np.array(people))
    printed = relative_level(level[2], level[:2])
    np.testing.assert_allclose(printed, [beijing, tianjin], rtol=0, atol=5e-5)
