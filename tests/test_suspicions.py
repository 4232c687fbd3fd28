"""What holds for every detector, whatever it looks for."""

from __future__ import annotations

import importlib
import random
import re
from pathlib import Path

import numpy as np
import pytest

from xietong.diagnosis.suspicions.suspicion import (
    LEAST,
    Case,
    Cells,
    Detector,
    Evidence,
    Suspicion,
    detectors,
    short,
    suspect,
)
from xietong.library.labels import Label
from xietong.library.names import Names
from xietong.library.places import Gazetteer
from xietong.library.sheets import Figures, Flows, Items, Sheets

DETECTORS = detectors()
PLANTS = {
    name: plant
    for file in sorted(Path(__file__).parent.glob("planted_*.py"))
    for name, plant in importlib.import_module(file.stem).PLANTS.items()
}
every = pytest.mark.parametrize("one", DETECTORS, ids=lambda one: one.id)


def figures(places: int, periods: int, value: float = np.nan) -> Figures:
    count = places * periods
    return Figures(
        "t.csv",
        place=Names.of(f"地{at // periods}" for at in range(count)),
        code=Names.of(f"{at // periods}" for at in range(count)),
        indicator=Names.same("指标", count),
        period=Names.of(str(2000 + at % periods) for at in range(count)),
        unit=Names.same("亿元", count),
        source=Names.same("", count),
        text=[""] * count,
        value=np.full(count, value),
        line=np.arange(2, count + 2),
    )


NOTHING = Names.of([])
EMPTY = (
    Figures(
        "e.csv", NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, [], np.empty(0), np.empty(0, dtype=np.int64)
    ),
    Items("e.csv", {}, {}, np.empty(0, dtype=np.int64)),
    Flows("e.csv", {}, {}, np.empty(0, dtype=np.int64), value=np.empty(0)),
)
ODD = [(), EMPTY, (figures(1, 1),), (figures(3, 4),), (figures(1, 1, 5.0),), (figures(1, 2, 0.0),)]


@every
def test_a_detector_says_what_it_is(one: Detector) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.id)
    assert one.label.zh != one.label.en
    assert one.looks_for.endswith(".")
    assert one.id in PLANTS, "no defect is planted for it"


@every
@pytest.mark.parametrize("sheets", ODD, ids=["none", "empty", "one absent", "all absent", "one cell", "zeros"])
def test_a_detector_bears_tables_with_next_to_nothing_in_them(one: Detector, sheets: tuple[Figures, ...]) -> None:
    list(one.find(Case(Sheets(sheets), Gazetteer({}))))


@every
def test_a_suspicion_is_told_in_two_languages_with_its_lines_and_a_stable_id(one: Detector) -> None:
    said: list[Suspicion] = []
    for seed in range(5):
        said += one.find(PLANTS[one.id](random.Random(seed))[1])
    assert said
    for suspicion in said:
        assert suspicion.detector == one.id
        assert 0 < suspicion.confidence < 1
        assert suspicion.what.zh != suspicion.what.en
        assert suspicion.cells
        assert 1 <= len(suspicion.evidence) <= 12
        assert all(re.search(r":\d+$|![A-Z]+\d+$", evidence.where) for evidence in suspicion.evidence)
    again = [s.id for seed in range(5) for s in one.find(PLANTS[one.id](random.Random(seed))[1])]
    assert [s.id for s in said] == again


def test_what_is_planted_is_looked_for() -> None:
    assert sorted(PLANTS) == [one.id for one in DETECTORS]


def test_the_id_holds_on_to_the_cells_and_not_to_the_lines() -> None:
    def one(line: int, period: str) -> Suspicion:
        cells = (Cells("t.csv", "指标", "甲", period),)
        return Suspicion("x", 0.9, cells, Label("一", "one"), (Evidence(f"t.csv:{line}", "1"),))

    assert one(2, "2020").id == one(3, "2020").id != one(2, "2021").id


def test_suspicions_come_by_detector_the_most_certain_first() -> None:
    case = next(iter(PLANTS.values()))(random.Random(1))[1]
    said = list(suspect(case))
    assert said == sorted(said, key=lambda s: (s.detector, -s.confidence, s.cells[0].table, s.what.zh))


@every
def test_planted_defects_are_found_and_clean_tables_left_alone(one: Detector) -> None:
    """At least three of four defects of random size, and no more than one clean table in twenty; bench has the rates."""
    found = silent = 0
    for seed in range(40):
        clean, broken, where = PLANTS[one.id](random.Random(seed))
        found += any(
            meets(cells, where) for said in one.find(broken) if said.confidence >= LEAST for cells in said.cells
        )
        silent += not [said for said in one.find(clean) if said.confidence >= LEAST]
    assert found >= 30
    assert silent >= 38


def meets(said: Cells, where: Cells) -> bool:
    pairs = [(getattr(said, key), getattr(where, key)) for key in ("table", "indicator", "place", "period")]
    return all(a == b or not a or not b for a, b in pairs)


def test_no_power_of_ten_is_printed() -> None:
    told = [short(value) for value in (1616003.0, 0.035999, 23.456789, -4004477.4, 999999.0, 0.0)]
    assert told == ["1616003", "0.035999", "23.4568", "-4004477", "999999", "0"]
