"""What every registered measure keeps to, whatever it computes."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import choices, lengths, ordered, sample

import xietong.measures
from xietong.errors import MeasureRefusal, UnknownName
from xietong.library.labels import Label
from xietong.library.units import unit
from xietong.measures import Choice, Facts, all_measures, facts, measure, misuses
from xietong.measures.axes import Array, Cells, OverRegions
from xietong.measures.measure import ABSENT, FAMILIES, TOOLS

NAMES = sorted(all_measures())
FRONT = (2, 3)


def call(one: Facts, data: dict[str, Array]) -> Any:
    return one.function(**data, **choices(one))


def test_every_module_that_is_no_tool_holds_measures() -> None:
    folder = Path(xietong.measures.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == {*FAMILIES, *TOOLS}
    assert {name.partition(".")[0] for name in NAMES} == set(FAMILIES)


def test_every_name_under_which_a_measure_is_asked_for_leads_to_it_alone() -> None:
    led: dict[str, set[str]] = {}
    for name in NAMES:
        for word in {name.partition(".")[2], *facts(name).also}:
            led.setdefault(word, set()).add(name)
    assert {word: sorted(names) for word, names in led.items() if len(names) > 1} == {}
    for word, names in led.items():
        assert {facts(word).name} == names


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_complete(name: str) -> None:
    one = facts(name)
    assert one.reference.strip()
    assert re.search("[\u4e00-\u9fff]", Label.parse(one.label).zh)
    assert unit(re.sub(r"{\w+}", "元", one.unit)) is not None
    assert "=" in one.formula
    text = inspect.getdoc(one.function) or ""
    for heading in ("Extremes:", "Trap:", "Errors:"):
        assert heading in text
    assert f"def {one.function.__name__}(" in one.text


@pytest.mark.parametrize("name", NAMES)
def test_shape_and_bounds(name: str) -> None:
    one = facts(name)
    low, high = one.bounds
    for seed in range(20):
        result = np.asarray(call(one, sample(one, FRONT, seed)))
        known = lengths(one, sample(one))
        assert result.shape == (*FRONT, *(known[axis] for axis in one.result))
        finite = np.isfinite(result)
        assert finite.all() or (one.undefined and finite.any() and not np.isinf(result).any())
        assert not one.classes or set(result[finite]) <= set(range(len(one.classes)))
        assert low is None or result[finite].min() >= low - 1e-9
        assert high is None or result[finite].max() <= high + 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_broadcasting_equals_a_loop(name: str) -> None:
    one = facts(name)
    data = sample(one, FRONT)
    whole = np.asarray(call(one, data))
    for index in np.ndindex(*FRONT):
        np.testing.assert_allclose(
            call(one, {key: array[index] for key, array in data.items()}), whole[index], rtol=1e-12
        )


@pytest.mark.parametrize("name", NAMES)
def test_one_parameter_alone_may_have_front_axes(name: str) -> None:
    one = facts(name)
    flat, full = sample(one), sample(one, FRONT)
    for carrier in one.parameters:
        mixed = {key: full[key] if key == carrier else flat[key] for key in flat}
        spread = {key: np.broadcast_to(array, (*FRONT, *flat[key].shape)) for key, array in mixed.items()}
        np.testing.assert_allclose(call(one, mixed), call(one, spread), rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_order_of_labels_does_not_matter(name: str) -> None:
    one = facts(name)
    data = sample(one)
    axes = {axis for names in one.parameters.values() for axis in names} - {"period", *ordered(name)}
    for axis in axes:
        order = np.random.default_rng(2).permutation(lengths(one, data)[axis])
        result = call(one, {key: turned(array, order, axis, one.parameters[key]) for key, array in data.items()})
        expected = turned(np.asarray(call(one, data)), order, axis, one.result)
        np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-12)


def turned(array: Array, order: Array, axis: str, axes: tuple[str, ...]) -> Array:
    """Permute an array along every core axis of that name."""
    for at, name in enumerate(axes):
        if name == axis:
            array = np.take(array, order, axis=at - len(axes))
    return array


@pytest.mark.parametrize("name", [name for name in NAMES if facts(name).scale_free])
def test_units_do_not_matter_where_the_facts_say_so(name: str) -> None:
    one = facts(name)
    data = sample(one)
    whole = np.asarray(call(one, data))
    for parameter in one.scale_free:
        result = call(one, {**data, parameter: data[parameter] * 0.37})
        np.testing.assert_allclose(result, whole, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in NAMES if facts(name).replicates])
def test_copies_do_not_matter_where_the_facts_say_so(name: str) -> None:
    one = facts(name)
    data = sample(one)
    whole = np.asarray(call(one, data))
    for axis in one.replicates:
        copied = {
            key: np.concatenate([array, array], axis=axes.index(axis) - len(axes)) if axis in axes else array
            for (key, array), axes in zip(data.items(), one.parameters.values(), strict=True)
        }
        np.testing.assert_allclose(call(one, copied), whole, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in NAMES if facts(name).adds_up_to])
def test_the_parts_add_up_to_the_whole_computed_directly(name: str) -> None:
    one = facts(name)
    whole = facts(one.adds_up_to)
    for seed in range(20):
        data = sample(one, FRONT, seed)
        parts = np.asarray(call(one, data))
        direct = call(whole, {key: data[key] for key in whole.parameters})
        np.testing.assert_allclose(parts.sum(axis=-1), direct, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_a_misuse_is_another_number(name: str) -> None:
    one = facts(name)
    right = np.asarray(call(one, sample(one)))
    for wrong in misuses(name):
        found = np.asarray(wrong.function(**sample(one), **choices(one)))
        assert found.shape == right.shape
        assert not np.allclose(found, right)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_cell_that_is_no_number_is_refused_by_name(name: str, bad: float) -> None:
    one = facts(name)
    for parameter in set(one.parameters) - set(one.labels):
        if one.absent != ABSENT and np.isnan(bad):
            continue
        data = sample(one, (2,))
        spoilt = data[parameter].copy()
        spoilt[(1, *([0] * (spoilt.ndim - 1)))] = bad
        with pytest.raises(MeasureRefusal) as caught:
            call(one, {**data, parameter: spoilt})
        assert caught.value.who == name
        assert caught.value.what.startswith(f"{parameter} is {bad:g} at [1")
        assert caught.value.ways


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_at_all_is_refused(name: str) -> None:
    one = facts(name)
    with pytest.raises(MeasureRefusal, match="has no cell"):
        call(one, {key: array[:0] for key, array in sample(one, (2,)).items()})


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("shares.share", {"part": [1.0], "whole": [0.0]}, "whole is 0"),
        ("shares.shares", {"amounts": [0.0, 0.0]}, "total_of_amounts is 0"),
        ("shares.per_head", {"amount": [1.0], "people": [-1.0]}, "people is -1"),
        ("shares.weighted_mean", {"values": [1.0, 2.0], "weights": [1.0, -1.0]}, "weights is -1 at [1]"),
        ("growth.growth", {"later": [1.0], "earlier": [0.0]}, "earlier is 0"),
        ("growth.chained_growth", {"rates": [0.1, -5.0]}, "rates is -5 at [1]"),
        ("growth.weighted_growth", {"rates": [0.1, 0.1], "base_amounts": [0.0, 0.0]}, "total_of_base_amounts is 0"),
        ("inequality.coefficient_of_variation", {"values": [0.0, 0.0]}, "mean_of_values is 0"),
        ("inequality.theil_l", {"incomes": [0.0, 1.0], "people": [1.0, 1.0]}, "incomes is 0 at [0]"),
        ("inequality.theil_t", {"incomes": [-1.0, 1.0], "people": [1.0, 1.0]}, "incomes is -1 at [0]"),
        ("inequality.gini", {"values": [0.0, 0.0], "people": [1.0, 1.0]}, "total_of_amounts is 0"),
        ("inequality.max_min_ratio", {"values": [0.0, 1.0]}, "values is 0 at [0]"),
        ("specialisation.krugman", {"a": [1.0, 1.0], "b": [0.0, 0.0]}, "total_of_b is 0"),
        ("specialisation.location_quotient", {"amounts": [[1.0, 0.0], [1.0, 0.0]]}, "total_of_sector is 0"),
        ("coordination.coupling", {"scores": [0.5, 1.2]}, "scores is 1.2 at [1]"),
        ("coordination.coupling", {"scores": [0.0, 0.0]}, "best_score is 0"),
        ("coordination.corrected_coupling", {"scores": [0.5]}, "scores has 1 system"),
    ],
)
def test_a_precondition_that_does_not_hold(name: str, data: dict[str, list[float]], said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call(facts(name), {key: np.array(values) for key, values in data.items()})
    assert caught.value.what.startswith(said)
    assert caught.value.who == name
    assert caught.value.ways


def test_years_must_be_above_zero() -> None:
    growth = facts("growth.compound_annual_growth")
    assert growth.choices == {"years": Choice(float, None)}
    with pytest.raises(MeasureRefusal, match="years is 0"):
        growth.function(np.array(1.0), np.array(2.0), years=0.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_formula_is_short(name: str) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(facts(name).function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    assert tree.end_lineno is not None
    assert tree.end_lineno - tree.body[1].lineno + 1 <= 25
    assert tree.end_lineno - tree.lineno + 1 <= 60


def test_facts_by_function_and_the_nearest_names() -> None:
    from xietong.measures.inequality import theil_t

    assert facts(theil_t).name == "inequality.theil_t"
    assert facts("inequality.theil_t").function is theil_t
    with pytest.raises(UnknownName, match=r"inequality\.theil_"):
        facts("inequality.theil")


def test_a_family_is_imported_when_it_is_asked_for() -> None:
    code = (
        "import sys, xietong.measures as m\n"
        "assert 'xietong.measures.inequality' not in sys.modules\n"
        "m.facts('inequality.theil_t')\n"
        "assert 'xietong.measures.growth' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


GOOD: dict[str, Any] = {
    "label": "和 | Sum", "unit": "{amounts}", "bounds": (None, None), "reference": "Definition.", "tested": "by hand",
}  # fmt: skip


def plain(amounts: OverRegions) -> Cells:
    """Add.

    .. math:: x = y
    """
    total: Cells = amounts.sum(axis=-1)
    return total


def test_the_decorator_returns_the_function_untouched() -> None:
    before = dict(vars(plain))
    assert measure(**GOOD)(plain) is plain
    assert vars(plain) == before
    assert facts(plain).parameters == {"amounts": ("place",)}
    assert facts(plain).result == ()
    assert "test_measures_conformance.plain" not in all_measures()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": "Sum"}, "label 'Sum' is not"),
        ({"unit": "{people}"}, "names no parameter"),
        ({"unit": ""}, "is empty"),
        ({"bounds": (1, 0)}, "wrong order"),
        ({"reference": " "}, "reference is empty"),
        ({"tested": "somewhere"}, "is no tier"),
        ({"least": {"place": 8}}, "go together"),
        ({"least": {"period": 8}, "least_reason": "few"}, "names an axis"),
        ({"absent": ""}, "absent '' is not"),
        ({"zeros": "refused"}, "zeros 'refused' is not"),
        ({"parts": ("甲 | a",)}, "go together"),
        ({"scale_free": ("people",)}, "'scale_free' names no parameter"),
        ({"alike": ("amounts", "other")}, "'alike' names no two"),
    ],
)
def test_wrong_facts_are_refused_on_decoration(change: dict[str, Any], said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        measure(**{**GOOD, **change})(plain)
    assert said in caught.value.what
    assert re.search(r"test_measures_conformance\.py:\d+$", caught.value.where)


def without_text(amounts: OverRegions) -> Cells:
    return plain(amounts)


def without_formula(amounts: OverRegions) -> Cells:
    """Add."""
    return plain(amounts)


def without_axes(amounts: Array) -> Cells:
    """Add.

    .. math:: x = y
    """
    return plain(amounts)


def without_result(amounts: OverRegions) -> Array:
    """Add.

    .. math:: x = y
    """
    return plain(amounts)


def with_positional_choice(amounts: OverRegions, years: float) -> Cells:
    """Add.

    .. math:: x = y
    """
    return plain(amounts) * years


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (without_text, "no first line"),
        (without_formula, "no '.. math::'"),
        (without_axes, "parameter 'amounts'"),
        (without_result, "result has no axes"),
        (with_positional_choice, "parameter 'years'"),
    ],
)
def test_wrong_functions_are_refused_on_decoration(function: Any, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        measure(**GOOD)(function)
    assert said in caught.value.what


@pytest.mark.parametrize("missing", ["label", "unit", "bounds", "reference", "tested"])
def test_required_facts_cannot_be_left_out(missing: str) -> None:
    with pytest.raises(TypeError, match=missing):
        measure(**{key: value for key, value in GOOD.items() if key != missing})
