"""Explanations: every number of every finding leads back to lines that exist and hold the published text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from conftest import ROOT, Workshop

from xietong.errors import UnknownName
from xietong.library.explanations import Node, explain
from xietong.library.findings import Finding
from xietong.library.store import Edition, Line

Rows = Callable[[str], list[str]]


def cells(finding: Finding) -> Iterator[dict[str, str]]:
    assert finding.series is not None
    names = [axis.name for axis in finding.series.axes]
    for labels in product(*(axis.labels for axis in finding.series.axes)):
        yield dict(zip(names, labels, strict=True))


def published(node: Node) -> list[str]:
    return [line.published for line in node.leaves()]


def test_every_cell_of_every_series_ends_in_lines_of_the_pack_or_in_the_publication_of_a_target(
    jingjinji: Edition, rows_at: Rows
) -> None:
    known: dict[str, Line] = {}
    count = 0
    for name in jingjinji.ids:
        finding = jingjinji.finding(name)
        if finding.series is None:
            continue
        for cell in cells(finding):
            node = explain(jingjinji, name, cell)
            leaves = list(node.leaves())
            if finding.receipt.measure == "diagnosis.targets":
                assert [child.text for child in node.children] == [finding.receipt.reference]
                assert "《" in finding.receipt.reference
                continue
            assert leaves, f"{name} {cell} rests on nothing"
            known.update((f"{line.location} {line.concept}", line) for line in leaves)
            count += 1
    assert count > 600
    assert len(known) > 250
    for line in known.values():
        row = rows_at(line.location)
        assert line.published in row, f"{line.location} does not hold {line.published}"
        assert line.place in row
        assert line.period in row
        assert line.origin.id.partition(":")[2] in row


def test_every_line_of_the_edition_stands_where_it_says(jingjinji: Edition, rows_at: Rows) -> None:
    for concept in jingjinji.concepts():
        for line in jingjinji.lines(concept):
            assert line.published in rows_at(line.location)


@pytest.mark.parametrize(
    ("name", "cell", "value", "lines"),
    [
        ("gdp.region", {"period": "2023"}, 104442.1, ["43760.7", "16737.3", "43944.1"]),
        ("gdp.region", {"period": "2014"}, 58775.5, ["22926", "10640.6", "25208.9"]),
        ("gdp.region_2014_first", {}, 66474.5, ["66474.5"]),
        ("gdp.increment", {}, 45666.6, ["43760.7", "16737.3", "43944.1", "22926", "10640.6", "25208.9"]),
        ("gdp.share_of_nation", {"period": "2023"}, 8.285, ["43760.7", "16737.3", "43944.1", "1260582"]),
        ("technology.absorbed_sum", {"period": "2023"}, 810.1, ["597.1", "213"]),
        ("technology.absorbed", {"period": "2023"}, 810.1, ["810.1"]),
        ("index.total", {"period": "2022"}, 145.0, ["145.0"]),
        ("index.restated", {"period": "2022"}, 143.2, ["148.8", "5.6"]),
        ("index.total", {"period": "2023"}, 148.8, ["148.8"]),
        ("index.restated", {"period": "2023"}, 149.2, ["154.1", "4.9"]),
        ("gdp.region_newest", {"period": "2024"}, 115394.3, ["49843.1", "18024.32", "47526.9"]),
    ],
)
def test_a_number_leads_to_its_lines(
    jingjinji: Edition, name: str, cell: dict[str, str], value: float, lines: list[str]
) -> None:
    finding = jingjinji.finding(name)
    assert finding.series is not None
    assert round(finding.series.cell(**cell), finding.digits) == value
    node = explain(jingjinji, name, cell)
    assert published(node) == lines
    assert f"= {value:.{finding.digits}f} {finding.series.unit}" in node.text


def test_the_growth_of_2024_is_refused_naming_both_benchmarks_with_lines(jingjinji: Edition) -> None:
    finding = jingjinji.finding("gdp.growth_2024")
    assert finding.kind == "refusal"
    (newer, older) = sorted(finding.payload["benchmarks"], key=lambda one: one[0], reverse=True)
    assert {newer[0], older[0]} == {"第四次经济普查口径", "第五次经济普查口径"}
    assert {newer[1], older[1]} == {"on the 2018 economic census", "on the 2023 economic census"}
    for _, _, where in (newer, older):
        name, _, line = where.rpartition(":")
        assert (ROOT / name).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert len(list(explain(jingjinji, "gdp.growth_2024").leaves())) == 6


def test_the_leaves_of_a_cell_are_those_of_its_place_and_period(jingjinji: Edition) -> None:
    for line in explain(jingjinji, "gdp.per_head", {"place": "130000", "period": "2020"}).leaves():
        assert line.place == "130000"
        assert (line.concept, line.period) in {
            ("gdp.nominal", "2020"), ("population.resident", "2019"), ("population.resident", "2020"),
        }  # fmt: skip


def test_a_relabelled_period_leads_to_the_one_that_was_taken(jingjinji: Edition) -> None:
    leaves = list(explain(jingjinji, "growth.region_nominal", {"period": "2014"}).leaves())
    assert {line.period for line in leaves} == {"2013", "2014"}


def test_a_verdict_leads_to_the_lines_of_its_evidence(jingjinji: Edition) -> None:
    assert published(explain(jingjinji, "claim.start")) == ["22926", "10640.6", "25208.9", "66474.5"]


@pytest.mark.parametrize("name", ["plan.pace.levels", "plan.pace.result", "plan.pace.relative"])
def test_a_scenario_leads_to_the_lines_that_it_starts_from(jingjinji: Edition, name: str) -> None:
    leaves = list(explain(jingjinji, name).leaves())
    assert {line.concept for line in leaves} == {"income.disposable"}
    assert {"110000", "130000"} <= {line.place for line in leaves}


def test_an_explanation_is_told_in_both_languages_with_standing_and_place(small: Workshop) -> None:
    with small.edition() as edition:
        told = {language: list(explain(edition, "out.rise", {}, language).lines()) for language in ("zh", "en")}
    assert len(told["zh"]) == len(told["en"])
    assert told["en"][0].startswith(
        "out.rise = 899.8 亿元 · Rise · revised (A), official text reprinted <- growth.difference@"
    )
    assert told["zh"][0].startswith("out.rise = 899.8 亿元 · 增量 · 修订数, 官方文本转载 <- growth.difference@")
    where = small.line("pack/tables/output.csv", "120,2019,800")
    (leaf,) = [line for line in told["en"] if line.endswith(where)]
    assert leaf.strip().startswith("West 2019: 800 亿元 · 虚构统计局，《虚构新年鉴》，2020-03-01")


def test_a_mean_over_places_shows_all_and_a_cell_shows_its_own(small: Workshop) -> None:
    with small.edition() as edition:
        assert len(published(explain(edition, "gap.variation", {"period": "2019"}))) == 6
        assert published(explain(edition, "out.per_head", {"place": "120", "period": "2019"})) == ["800", "140"]


@pytest.mark.parametrize(
    ("name", "cell", "close"),
    [
        ("out.regio", {}, "out.region"), ("out.region", {"perod": "2019"}, "period"),
        ("out.region", {"period": "2018"}, "2019"), ("out.jump", {"period": "2019"}, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_offers_the_nearest(
    small: Workshop, name: str, cell: dict[str, str], close: str
) -> None:
    with small.edition() as edition, pytest.raises(UnknownName) as caught:
        explain(edition, name, cell)
    assert close in caught.value.text()


def test_an_input_of_some_labels_explains_to_the_lines_of_those_labels_alone(jingjinji: Edition) -> None:
    leaves = list(explain(jingjinji, "technology.landing").leaves())
    assert {(line.concept, line.place, line.period) for line in leaves} == {
        (concept, "110000", period)
        for concept in ("technology.contracts.flow", "technology.contracts.turnover")
        for period in ("2021", "2022", "2023", "2024")
    }


def test_relabelled_weights_explain_to_the_year_before(jingjinji: Edition) -> None:
    leaves = list(explain(jingjinji, "growth.region", {"period": "2021"}).leaves())
    assert {(line.concept, line.period) for line in leaves} == {("gdp.real_growth", "2021"), ("gdp.nominal", "2020")}
