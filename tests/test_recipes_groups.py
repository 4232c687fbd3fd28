"""Groups, parts and absent cells between labelled series and a measure: what a step with labels gives and refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from conftest import Workshop

from xietong.errors import MeasureRefusal, XietongError
from xietong.library.labels import Label
from xietong.library.series import Axis, Series
from xietong.measures.decomposition import theil_t_decomposition
from xietong.measures.measure import facts
from xietong.measures.spatial import moran
from xietong.recipes.derive import _call
from xietong.recipes.steps import Step

PLACES = ("a", "b", "c", "d")
CHAIN = (np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]))
GROUPS = {"a": "north", "b": "south", "c": "north", "d": "south"}


def step(measure: str, labels: Mapping[str, Mapping[str, str]] | None = None, **choices: float | str) -> Step:
    known = facts(measure)
    return Step("x", "x.toml:1", Label("", ""), known, "", 3, Label("", ""), choices, "", None, (), labels or {})


def over(name: str, values: object, unit: str = "亿元", **axes: tuple[str, ...]) -> Series:
    array = np.asarray(values, dtype=float)
    told = tuple(Axis(axis, labels) for axis, labels in axes.items())
    plain = np.zeros(array.shape, dtype=np.uint8)
    return Series(name, unit, told, array, plain, plain, np.full(array.shape, -1, dtype=np.int64), {})


def test_parts_are_named_and_groups_go_by_the_labels_of_the_step() -> None:
    incomes, people = [10.0, 20.0, 30.0, 12.0], [1.0, 3.0, 2.0, 2.0]
    data = {"incomes": over("i", incomes, place=PLACES), "people": over("p", people, "万人", place=PLACES)}
    result = _call(step("theil_t_decomposition", {"groups": GROUPS}), data)
    assert [axis.name for axis in result.axes] == ["part"]
    assert result.axes[0].labels == ("between groups", "within groups")
    expected = theil_t_decomposition(np.array(incomes), np.array(people), np.array([0, 1, 0, 1]))
    np.testing.assert_allclose(result.values, expected)


def test_results_by_group_bear_the_names_of_the_groups_and_years_stand_in_front() -> None:
    years = ("2020", "2021")
    incomes = over("i", [[10.0, 11.0], [20.0, 21.0], [30.0, 33.0], [12.0, 15.0]], place=PLACES, period=years)
    people = over("p", [1.0, 3.0, 2.0, 2.0], "万人", place=PLACES)
    result = _call(step("theil_t_by_group", {"groups": GROUPS}), {"incomes": incomes, "people": people})
    assert [(axis.name, axis.labels) for axis in result.axes[:2]] == [("period", years), ("group", ("north", "south"))]


def test_a_label_without_a_group_is_named() -> None:
    data = {name: over(name, [1.0, 2.0, 3.0, 4.0], place=PLACES) for name in ("incomes", "people")}
    left = {place: group for place, group in GROUPS.items() if place not in "bd"}
    with pytest.raises(MeasureRefusal, match="groups names no group for b, d") as caught:
        _call(step("theil_t_decomposition", {"groups": left}), data)
    assert "labels.groups" in caught.value.ways[0]


def test_absent_cells_pass_only_where_the_measure_takes_them() -> None:
    scores = over("s", [[0.2, np.nan, 0.6], [0.4, 0.5, 0.6]], "1", place=("a", "b"), indicator=("x", "y", "z"))
    weights = over("w", [1.0, 1.0, 2.0], "1", indicator=("x", "y", "z"))
    given = {"scores": scores, "weights": weights}
    result = _call(step("aggregation.arithmetic", missing="reweighted"), given)
    np.testing.assert_allclose(result.values, [(0.2 + 1.2) / 3, (0.4 + 0.5 + 1.2) / 4])
    with pytest.raises(MeasureRefusal, match="scores is nan"):
        _call(step("aggregation.arithmetic", missing="refused"), given)


def test_a_table_of_places_by_places_has_two_axes_of_their_own() -> None:
    amounts = over("x", np.arange(1.0, 9.0).reshape(4, 2), place=PLACES, sector=("farms", "works"))
    result = _call(step("krugman_distances"), {"amounts": amounts})
    assert [axis.name for axis in result.axes] == ["place", "to"]
    assert result.select(place="a", to="a").values == 0


def test_classes_that_no_input_has_are_numbered_and_carry_the_worst_flag() -> None:
    values = np.random.default_rng(3).uniform(1, 9, (12, 4))
    places, years = tuple(f"p{at}" for at in range(12)), ("2020", "2021", "2022", "2023")
    given = over("v", values, place=places, period=years)
    flags = np.zeros(values.shape, dtype=np.uint8)
    flags[0, 0] = 2
    result = _call(step("transition_counts", classes=3), {"values": replace(given, flags=flags)})
    assert [axis.name for axis in result.axes] == ["class", "other class"]
    assert result.axes[0].labels == ("1", "2", "3")
    assert result.values.sum() == 36
    assert (result.flags == 2).all()


def test_links_between_places_come_by_the_rule_of_the_step() -> None:
    """Four provinces in a row of borders, from Shandong by Hebei and Shanxi to Shaanxi."""
    codes = ("370000", "130000", "140000", "610000")
    told = {"values": over("v", [1.0, 2.0, 3.0, 5.0], place=codes)}
    known = replace(step("spatial.moran", style="row"), facts=replace(facts("spatial.moran"), least={}))
    result = _call(replace(known, links="border"), told)
    assert result.values[0] == pytest.approx(
        float(moran(np.array([1.0, 2.0, 3.0, 5.0]), *CHAIN, np.ones(6), style="row")[0])
    )
    assert not np.isclose(_call(replace(known, links="nearest 2"), told).values[0], result.values[0])
    assert _call(replace(known, links="kilometres 20000"), told).values[0] == pytest.approx(-1 / 3)


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ("", "links is missing"),
        ("edge", "no rule of links 'edge'"),
        ("nearest", "links is 'nearest'"),
        ("nearest x", "links is 'nearest x'"),
        ("border 4", "links is 'border 4'"),
    ],
)
def test_a_rule_of_links_that_is_none_is_told_with_its_line(small: Workshop, links: str, said: str) -> None:
    rule = f'links = "{links}"\n' if links else ""
    small.append(
        "study/findings/numbers.toml",
        f'\n["x.links"]\nlabel = "甲 | a"\nmeasure = "spatial.moran"\ndigits = 2\n{rule}choices = {{ style = "row" }}\n'
        'inputs.values = { finding = "out.member", period = "2019" }\n',
    )
    with pytest.raises(XietongError) as caught:
        small.build()
    text = caught.value.text()
    assert said.replace("links is missing", "'links' is missing") in text
    assert "study/findings/numbers.toml:" in text
