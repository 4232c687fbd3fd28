"""The system of flows: what the lists hold, and that direction, truncation and days are declared."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOMS, ROOT, quiet

from xietong.diagnosis.systems.kinds import system_jobs
from xietong.errors import Problems, XietongError
from xietong.library.labels import Label
from xietong.library.pages import Page, Row, page
from xietong.library.store import Edition
from xietong.recipes.build import build
from xietong.recipes.study import read_study

LAYERS = ("rail", "baidu", "train", "car", "plane")
TABLES = ROOT / "packs/jingjinji/tables"


@pytest.fixture(scope="module")
def flows(jingjinji: Edition) -> Page:
    return page(jingjinji.finding("system.flows").payload)


def english(row: Row) -> list[object]:
    return [cell.en if isinstance(cell, Label) else cell for cell in row.cells]


def records(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_layer_declares_direction_truncation_and_days(flows: Page) -> None:
    section = flows.section("layers")
    rows = [english(row) for row in section.rows]
    assert [row[2] for row in rows] == [89, 156, 113, 124, 12]
    assert [row[4] for row in rows] == ["yes", "no", "yes", "yes", "yes"]
    assert [row[5] for row in rows] == ["none", "none", "unknown", "unknown", "unknown"]
    assert [row[6] for row in rows] == [None, None, 10, 10, 10]
    assert [row[7] for row in rows][2:] == ["51 / 62", "85 / 39", "0 / 12"]
    assert rows[1][10] is None, "a layer of unknown direction has no reciprocity"
    assert len(section.notes) == len(LAYERS) + 2
    assert "Whether days are missing" in section.notes[1].en


def test_totals_are_those_of_the_tables(flows: Page) -> None:
    totals = [english(row)[8] for row in flows.section("layers").rows]
    assert totals[0] == sum(int(row["trains"]) for row in records("flows-rail-2016"))
    assert totals[1] == pytest.approx(sum(float(row["index"]) for row in records("flows-migration-2021")))
    once = {(row["place"], row["to"]): int(row["train"]) for row in records("flows-migration-2017") if row["train"]}
    assert totals[2] == sum(once.values()), "a flow in both lists counts once"


def test_both_lists_give_a_flow_one_value() -> None:
    seen: dict[tuple[str, str, str], set[str]] = {}
    for row in records("flows-migration-2017"):
        for mode in ("train", "car", "plane"):
            seen.setdefault((row["place"], row["to"], mode), set()).update({row[mode]} - {""})
    assert all(len(values) <= 1 for values in seen.values())


def test_the_strongest_ties(flows: Page, rows_at: Callable[[str], list[str]]) -> None:
    first = english(flows.section("rail.ties").rows[0])
    assert first[:5] == ["Beijing", "Tianjin", 316.0, 155.0, 161.0]
    assert first[5] == pytest.approx(6 / 316)
    lines = [rows_at(line.where) for line in flows.section("rail.ties").rows[0].sources]
    assert {(line[0], line[1], line[3]) for line in lines} == {("110000", "120000", "155"), ("120000", "110000", "161")}
    assert english(flows.section("car.ties").rows[0])[:3] == ["Beijing", "Langfang", 76527.0]
    both = [english(row)[2] for row in flows.section("train.ties").rows]
    assert both == sorted(both, reverse=True)
    assert len(both) == 10


def test_a_layer_of_unknown_direction_shows_sums_only(flows: Page) -> None:
    for row in map(english, flows.section("baidu.ties").rows):
        assert row[3:5] == [None, None]
        assert row[5] >= 0
    for row in map(english, flows.section("baidu.places").rows):
        assert row[2:4] == [None, None]
    assert flows.section("baidu.ties").notes


def test_what_leaves_and_arrives_balances(flows: Page) -> None:
    for layer in ("rail", "train", "car", "plane"):
        rows = [english(row) for row in flows.section(f"{layer}.places").rows]
        out, into, net = (np.array([row[at] for row in rows]) for at in (1, 2, 3))
        np.testing.assert_allclose(out - into, net)
        assert net.sum() == pytest.approx(0.0)
    places = {str(row[0]): row for row in map(english, flows.section("rail.places").rows)}
    assert places["Zhangjiakou"][1:] == [0.0, 0.0, 0.0, "", None, 0]
    assert places["Baoding"][4] == "Shijiazhuang"


def test_shares_between_the_places_above_add_up(flows: Page) -> None:
    shares: dict[object, float] = {}
    for row in map(english, flows.section("parents").rows):
        shares[row[0]] = shares.get(row[0], 0.0) + float(str(row[3]))
    assert [round(share, 9) for share in shares.values()] == [1.0] * len(LAYERS)
    assert flows.section("parents").missing
    for layer in flows.section("parents").figure["layers"]:
        assert {end for link in layer["links"] for end in link[:2]} <= {0, 1, 2}


def test_what_was_not_published_is_said(flows: Page) -> None:
    assert [
        "hinterland" in one.what.en or "passengers" in one.what.en for one in flows.section("not_published").missing
    ]
    technology = [english(row)[2] for row in flows.section("technology").rows]
    assert technology == [843.7, 597.1, 213.0, 1286.9]


def changed(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('concept = "flow.rail.trains"', 'concept = "flow.rail.train"', "no concept 'flow.rail.train'"),
        ('direction = "unknown"', 'direction = "unsure"', "no direction 'unsure'"),
        ('unlisted = "zero"', 'unlisted = "nought"', "no unlisted 'nought'"),
        ('"flows-rail-2016:timetable"', '"flows-rail-2016:timetables"', "no origin 'flows-rail-2016:timetables'"),
        ('listed = 10', 'listed = "ten"', "'listed' must be a whole number"),
        ('members = "cities13"', 'members = "cities14"', "no perimeter 'cities14'"),
    ],
)  # fmt: skip
def test_a_choice_that_leads_nowhere_is_told_with_its_line(copied: Path, old: str, new: str, said: str) -> None:
    changed(copied, "studies/jingjinji/systems.toml", old, new)
    errors: list[XietongError] = []
    system_jobs(read_study(copied / "studies/jingjinji"), errors)
    assert [said in error.text() for error in errors] == [True]
    assert errors[0].where.startswith("studies/jingjinji/systems.toml:")


def test_two_values_for_one_flow_are_refused(copied: Path) -> None:
    rows = records("flows-migration-2017")
    twice = next(r for r in rows if r["origin"] == "departures" and r["train"] and any(
        o["origin"] == "arrivals" and (o["place"], o["to"]) == (r["place"], r["to"]) and o["train"] for o in rows))  # fmt: skip
    line = ",".join(twice.values())
    changed(copied, "packs/jingjinji/tables/flows-migration-2017.csv", line, line.replace(twice["train"], "1", 1))
    with pytest.raises(Problems, match="for one flow"):
        build(Path("studies/jingjinji"), copied / "build/jingjinji", ROOMS, quiet)


def test_a_layer_without_any_flow_is_refused(copied: Path) -> None:
    changed(copied, "studies/jingjinji/systems.toml", 'period = "2016-03-10"', 'period = "2016-03-11"')
    with pytest.raises(Problems, match="nothing is published of flow.rail.trains in 2016-03-11"):
        build(Path("studies/jingjinji"), copied / "build/jingjinji", ROOMS, quiet)
