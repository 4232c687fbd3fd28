"""Facet indices of a study: read whole with every problem, made of findings, and honest about what would turn them."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT, Workshop

from xietong.diagnosis.indices import FACETS
from xietong.diagnosis.robustness import index_jobs
from xietong.errors import Problems, XietongError
from xietong.library.explanations import explain
from xietong.library.store import Edition
from xietong.publish import index_tables
from xietong.publish.chapters import figure_document
from xietong.publish.figures import draw, read_specs
from xietong.publish.numbers import Numbers

FILE = "study/index.toml"
VALUES = {
    "normalisation": '["goalposts", "min-max", "z"]', "aggregation": '["arithmetic", "geometric"]',
    "missing": '["complete", "present"]', "beyond": '"kept"', "weight_spread": "0.5", "replications": "400",
    "runs": "64", "low": "0.05", "high": "0.95", "seed": "7",
}  # fmt: skip
CHOICES = "".join(
    f'[choices.{name}]\nvalue = {value}\nreason = "虚构{name} | made up"\n' for name, value in VALUES.items()
)
LEVEL = """
[indices.level]
label = "水平指数 | Level index"
facet = "LEVEL"
places = "three"
periods = ["2014", "2019"]
[indices.level.indicators.A]
label = "人均 | Per head"
direction = "more"
evidence = { finding = "out.per_head" }
worst = 10000
best = 90000
frozen = "2026-11-25"
reason = "虚构的目标值 | made up"
alternatives = [{ label = "人均另算 | per head in another way", evidence = { finding = "people.member" }, direction = "less", worst = 500, best = 0 }]
[indices.level.indicators.B]
label = "人口 | People"
direction = "less"
evidence = { finding = "people.member" }
worst = 300
best = 100
frozen = "2026-11-25"
reason = "虚构的目标值 | made up"
[indices.level.indicators.C]
label = "收入 | Income"
direction = "more"
evidence = { finding = "income.member" }
worst = 10000
best = 70000
frozen = "2026-11-25"
reason = "虚构的目标值 | made up"
"""
GAP = """
[indices.gap]
label = "差距指数 | Gap index"
facet = "GAP"
periods = ["2014", "2019"]
[indices.gap.indicators.G]
label = "变异系数 | Variation"
direction = "less"
evidence = { finding = "gap.variation" }
worst = 1
best = 0
frozen = "2026-11-25"
reason = "虚构的目标值 | made up"
"""
ABSENT = "".join(
    f"""
[indices.{facet.lower()}]
label = "{facet} 指数 | {facet} index"
facet = "{facet}"
[indices.{facet.lower()}.indicators.M]
label = "登记 | Register"
direction = "more"
missing = "登记表 | a register"
"""
    for facet in ("LINK", "DIVISION", "JOINT")
)
WHOLE = f'version = "test"\nlabel = "虚构指数 | Made-up indices"\n{CHOICES}{LEVEL}{GAP}{ABSENT}'


@pytest.fixture
def indexed(small: Workshop) -> Workshop:
    small.write(FILE, WHOLE)
    return small


def problems(workshop: Workshop) -> list[XietongError]:
    errors: list[XietongError] = []
    assert index_jobs(workshop.read_study(), errors) == []
    return errors


def test_values_are_worked_by_hand(indexed: Workshop) -> None:
    with indexed.edition() as edition:
        series = edition.finding("index.level").series
        change = edition.finding("index.level.change").series
        gap = edition.finding("index.gap").series
        variation = edition.finding("gap.variation").series
    assert series is not None
    assert change is not None
    assert gap is not None
    assert variation is not None
    # East in 2014: 50025 yuan a head between 10000 and 90000, 2 million people between 3 and 1
    first = ((50025 - 10000) / 800 + (300 - 200) / 2) / 2
    last = ((1500.5e8 / 210e4 - 10000) / 800 + (300 - 210) / 2) / 2
    assert series.cell(place="110", period="2014", part="value") == pytest.approx(first)
    assert series.cell(place="110", period="2019", part="value") == pytest.approx(last)
    assert change.cell(place="110", part="change") == pytest.approx(last - first)
    assert gap.cell(period="2019", part="value") == pytest.approx(100 * (1 - variation.cell(period="2019")))
    assert [axis.name for axis in gap.axes] == ["period", "part"]
    assert series.unit == "点"


def test_an_indicator_with_a_gap_counts_as_data_but_not_in_the_published_index(indexed: Workshop) -> None:
    with indexed.edition() as edition:
        rows = {row["index"]: row for row in edition.finding("index.facets").payload["rows"]}
    level = rows["index.level"]
    assert (level["indicators"], level["with_data"], level["complete"]) == (3, 3, 2)
    assert level["present"] == [[2, 3], [2, 3], [2, 3]]
    assert rows["index.joint"]["state"] == "no data"
    assert {row["facet"] for row in rows.values()} == set(FACETS)


def test_without_a_gap_there_is_one_treatment(indexed: Workshop) -> None:
    with indexed.edition() as edition:
        shares = edition.finding("index.sensitivity").payload["rows"]
        turning = {(row["index"], row["place"]): row for row in edition.finding("index.turning").payload["rows"]}
    gap = next(row for row in shares if row["index"] == "index.gap")
    # one indicator in two periods: on one scale no choice can move it
    assert set(map(tuple, gap["shares"].values())) == {(None, None)}
    level = next(row for row in shares if row["index"] == "index.level" and row["place"] == "110")
    assert level["shares"]["missing"][1] > 0
    # two other scales, one other mean, and the only weight up, down and out
    assert turning["index.gap", ""]["options"] == 6
    # as above for three indicators, one other reading, one other treatment
    assert turning["index.level", "110"]["options"] == 2 + 1 + 1 + 1 + 9


def test_the_choice_that_turns_a_conclusion_is_named(indexed: Workshop) -> None:
    """East gains people, which here is worse, so another reading turns it; two choices together turn West, none alone."""
    indexed.edit(FILE, "worst = 10000\nbest = 90000", "worst = 0\nbest = 90000")
    with indexed.edition() as edition:
        rows = {row["place"]: row for row in edition.finding("index.turning").payload["rows"] if row["of"] == "change"}
        order = next(row for row in edition.finding("index.turning").payload["rows"] if row["of"] == "order")
        agree = edition.finding("index.level.agreement").series
    assert agree is not None
    assert rows["110"]["conclusion"] == "rises"
    assert ["人均另算", "per head in another way"] in [one["label"] for one in rows["110"]["turned"]]
    assert {one["factor"] for one in rows["110"]["turned"]} >= {"reading"}
    assert rows["110"]["agree"] == agree.cell(place="110") < 1
    assert rows["120"]["turned"] == []
    assert 0.5 < rows["120"]["agree"] < 1
    assert order["order"][-1] == "130"


def test_ranks_are_of_places_and_a_region_has_none(indexed: Workshop) -> None:
    with indexed.edition() as edition:
        ranks = edition.finding("index.level.ranks").series
        assert "index.gap.ranks" not in edition.ids
    assert ranks is not None
    assert sorted(ranks.select(period="2019", part="rank").values) == [1, 2, 3]


def test_every_value_leads_to_the_lines_behind_it_and_to_no_others(indexed: Workshop) -> None:
    with indexed.edition() as edition:
        cell = {"place": "110", "period": "2014", "part": "value"}
        told = {(line.place, line.period) for line in explain(edition, "index.level", cell).leaves()}
    assert told == {("110", "2014")}


def test_parts_of_an_indicator_are_put_together_from_several_findings(indexed: Workshop) -> None:
    indexed.append("study/findings/numbers.toml", """
["people.east"]
label = "东省人口 | People of East"
measure = "shares.value"
digits = 0
inputs.values = { finding = "people.member", place = "110" }

["people.others"]
label = "西北人口 | People of West and North"
measure = "shares.value"
digits = 0
inputs.values = { finding = "people.member", places = ["120", "130"] }
""")  # fmt: skip
    with indexed.edition() as edition:
        before = edition.finding("index.level").series
    parts = '[{ finding = "people.east", as = "110" }, { finding = "people.others" }]'
    indexed.edit(
        FILE, 'direction = "less"\nevidence = { finding = "people.member" }', f'direction = "less"\nevidence = {parts}'
    )
    with indexed.edition() as edition:
        after = edition.finding("index.level").series
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(after.values, before.values)
    indexed.edit(FILE, parts, '[{ finding = "people.east", as = "110" }, { finding = "people.member" }]')
    with pytest.raises(Problems, match="two findings give 110 2014 of B"):
        indexed.build()


BAD = {
    "facet": ('facet = "GAP"', 'facet = "GPA"', "no facet 'GPA'"),
    "facet without an index": ('facet = "JOINT"', 'facet = "LINK"', "facet 'JOINT' has no index"),
    "direction against goalposts": ("worst = 1\nbest = 0", "worst = 0\nbest = 1", "worst is 0 and best is 1"),
    "equal goalposts": ("worst = 1\nbest = 0", "worst = 1\nbest = 1", "worst is 1 and best is 1"),
    "direction": ('direction = "less"\nevidence = { finding = "gap', 'direction = "down"\nevidence = { finding = "gap', "'down'"),
    "no reason": ('worst = 1\nbest = 0\nfrozen = "2026-11-25"\nreason = "虚构的目标值 | made up"', 'worst = 1\nbest = 0\nfrozen = "2026-11-25"', "'reason' is missing"),
    "no day": ('best = 0\nfrozen = "2026-11-25"', 'best = 0\nfrozen = "2026-13-25"', "the day on which the goalposts were fixed"),
    "evidence names nothing": ('{ finding = "gap.variation" }', "{}", "names no 'finding'"),
    "one period": ('periods = ["2014", "2019"]\n[indices.gap', 'periods = ["2014"]\n[indices.gap', "two periods or more"),
    "perimeter": ('places = "three"', 'places = "thre"', "no perimeter 'thre'(.|\n)*three"),
    "word": ('["goalposts", "min-max", "z"]', '["goalpost", "z"]', "no word 'goalpost'(.|\n)*goalposts"),
    "twice": ('["goalposts", "min-max", "z"]', '["z", "z"]', "a list of different words"),
    "runs": ("value = 64", "value = 60", "runs must be a power of two"),
    "spread": ("value = 0.5", "value = 1.5", "the spread of weights"),
    "interval": ("value = 0.95", "value = 0.01", "low and high"),
    "choice without a reason": ('reason = "虚构seed | made up"', "", "'reason' is missing"),
    "unknown key": ('missing = "登记表 | a register"\n\n[indices.division]', 'missing = "登记表 | a register"\nunit = "1"\n\n[indices.division]', "unknown key 'unit'"),
    "alternative": ('direction = "less", worst = 500, best = 0 }', "direction = \"less\", worst = 500, top = 0 }", "an alternative has"),
    "alternative turned": ('direction = "less", worst = 500, best = 0 }', "worst = 500, best = 0 }", "worst is 500 and best is 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD))
def test_an_index_that_cannot_be_read_is_told_with_its_line(indexed: Workshop, name: str) -> None:
    old, new, says = BAD[name]
    indexed.edit(FILE, old, new)
    errors = problems(indexed)
    with pytest.raises(Problems, match=says):
        raise Problems("index", errors)
    assert all(error.where.startswith(f"small/{FILE}:") for error in errors)


def test_all_problems_are_told_at_once(indexed: Workshop) -> None:
    for name in ("facet", "runs", "no day"):
        indexed.edit(FILE, *BAD[name][:2])
    says = " ".join(map(str, problems(indexed)))
    for name in ("facet", "runs", "no day"):
        assert BAD[name][2] in says


@pytest.mark.parametrize(("old", "new", "says"), [
    ('"out.per_head"', '"out.jump"', "is a refusal and carries no values"),
    ('"out.per_head"', '"out.per_hed"', r"no finding 'out\.per_hed'(.|\n)*out\.per_head"),
    ('{ finding = "gap.variation" }', '{ finding = "out.member" }', "stands on period, place"),
    ('{ finding = "gap.variation" }', '{ finding = "out.share" }', "fewer than two different values"),
    ("worst = 10000\nbest = 90000", "worst = 30000\nbest = 90000", "scores is -16.6667"),
    ('"2014", "2019"]\n[indices.level', '"2014", "2019", "2020"]\n[indices.level', "leaves none"),
])  # fmt: skip
def test_findings_that_do_not_fit_are_told(indexed: Workshop, old: str, new: str, says: str) -> None:
    indexed.edit(FILE, old, new)
    with pytest.raises(Problems, match=says) as caught:
        indexed.build()
    assert caught.value.errors[0].where.startswith(f"small/{FILE}:")
    assert sum(bool(error.where) for error in caught.value.errors) <= 1


def test_a_study_without_indices_has_none(small: Workshop) -> None:
    with small.edition() as edition:
        assert not [name for name in edition.ids if name.startswith("index.")]


def test_what_has_not_changed_is_not_made_again(indexed: Workshop) -> None:
    indexed.build()
    assert indexed.build(dry=True).stale == ()
    indexed.edit(FILE, "value = 0.5", "value = 0.25")
    assert {one.id for one in indexed.build(dry=True).stale} >= {"index.level", "index.gap.change", "index.turning"}


def test_the_tables_say_values_intervals_and_what_is_missing(indexed: Workshop) -> None:
    with indexed.edition() as edition:
        numbers = Numbers(edition, "en")
        facets = index_tables.facets(numbers, "index.facets", "f")
        posts = index_tables.goalposts(numbers, "index.facets", "g")
        choices = index_tables.choices(numbers, "index.facets", "c")
        turning = index_tables.turning(numbers, "index.turning", "t")
        shares = index_tables.sensitivity(numbers, "index.sensitivity", "s")
        ranks = index_tables.ranks(numbers, "index.level", "r")
    assert facets.count("\n| Level ") == 3
    assert "| Joint | JOINT index | 1/0/0 | no data | — | — | — |" in facets
    assert "3/3/2" in facets
    assert "| 10000 | 90000 | 2026-11-25 | made up |" in posts
    assert "no data: a register" in posts
    assert "A Per head (yuan per head)" in posts
    assert "| spread of weights | 0.5 | made up |" in choices
    assert "per head in another way" in turning
    assert "2014–2019 rises" in turning
    assert len(shares.splitlines()) == len(ranks.splitlines()) + 2
    assert "· North" in facets


def test_the_indices_of_the_region_count_what_they_have(jingjinji: Edition) -> None:
    facets = jingjinji.finding("index.facets").payload
    assert {row["facet"] for row in facets["rows"]} == set(FACETS)
    for row in facets["rows"]:
        assert row["indicators"] >= row["with_data"] >= row.get("complete", 0)
        assert (row["state"] == "no data") == (row["with_data"] == 0)
    assert all(
        one["frozen"] and all(one["reason"]) and one["worst"] != one["best"]
        for one in facets["indicators"]
        if "missing" not in one
    )
    gap = jingjinji.finding("index.gap").series
    assert gap is not None
    low, value, high = (
        np.array([gap.cell(period=y, part=p) for y in gap.axis("period").labels]) for p in ("low", "value", "high")
    )
    assert (low < high).all()
    assert (value > 0).all()
    assert (value < 100).all()


def test_the_figure_has_a_row_for_every_facet_and_no_mark_without_data(jingjinji: Edition) -> None:
    document = figure_document(ROOT / "studies/jingjinji", "studies/jingjinji")
    document.data["facet-indices"]["parts"].append({"name": "无 | Nothing"})
    option = draw(read_specs(document)["facet-indices"], jingjinji, "en").option
    names = option["yAxis"]["data"]
    assert "Nothing" in names
    names.remove("Nothing")
    assert {name.partition(",")[0].partition(" ")[0] for name in names} == {name.en for name in FACETS.values()}
    ends, dots = (one["data"] for one in option["series"][:2])
    assert len(dots) == len(names)
    assert len(ends) == 2 * len(dots)
    assert all(ends[2 * at][0] <= dot["value"][0] <= ends[2 * at + 1][0] for at, dot in enumerate(dots))
