"""Derive: what a formula may be fed with, what it refuses and how it says so, and what travels to the result."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Workshop

from xietong.errors import MeasureRefusal, MissingCell, MixedBenchmarks, Problems, UnitMismatch, XietongError
from xietong.library.origins import Flag, Grade
from xietong.library.series import Series

EXTRA = "small/study/findings/extra.toml"


def series(small: Workshop, text: str) -> Series:
    found = small.finding(text).series
    assert found is not None
    return found


def refused(small: Workshop, text: str) -> XietongError:
    """Return the only error that a finding raises."""
    with pytest.raises(XietongError) as caught:
        small.finding(text)
    if isinstance(caught.value, Problems):
        (error,) = caught.value.errors
        return error
    return caught.value


MIXED = """measure = "growth.difference"
inputs.later = { finding = "out.region", period = "2019" }
inputs.earlier = { finding = "out.first" }
"""


def test_mixed_benchmarks_are_refused_with_both_names_both_lines_and_ways_out(small: Workshop) -> None:
    error = refused(small, MIXED)
    assert isinstance(error, MixedBenchmarks)
    new, old = (
        small.line("pack/tables/output.csv", "110,2014,1000.5"),
        small.line("pack/tables/output.csv", "three,2014"),
    )
    assert error.names == {"new": new, "old": old}
    for text in ("'new'", "'old'", new, old, "benchmark = {", "mixed = ", "refused = "):
        assert text in error.text()


def test_one_series_on_two_benchmarks_is_refused_by_itself(small: Workshop) -> None:
    small.append("pack/tables/output.csv", "110,2016,1200,,old-book,,\n")
    text = 'measure = "shares.value"\ninputs.values = { concept = "output.nominal", place = "110", '
    error = refused(small, text + 'periods = ["2014", "2016"], reading = "newest" }')
    assert isinstance(error, MixedBenchmarks)
    assert small.line("pack/tables/output.csv", "110,2016") in error.text()


def test_a_benchmark_that_is_not_stated_counts_as_another(small: Workshop) -> None:
    small.append("pack/tables/output.toml", 'edition = "2015"\n')
    small.append("pack/tables/output.csv", "120,2016,900,,undated,,\n")
    text = 'measure = "shares.value"\ninputs.values = { concept = "output.nominal", place = "120", '
    periods = 'periods = ["2014", "2016"], reading = "newest" }'
    assert "'none stated'" in refused(small, text + periods).text()
    found = small.finding('refused = "缺口径 | not stated"\n' + text + periods)
    assert found.kind == "refusal"
    assert [one[1] for one in found.payload["benchmarks"]] == ["benchmark not stated", "new benchmark"]


def test_a_reason_allows_the_mixture_and_the_result_stands_on_both(small: Workshop) -> None:
    found = series(small, 'mixed = "修订 | the revision"\n' + MIXED)
    assert float(found.values) == 3000.5 - 2200.5
    assert set(found.benchmarks["economic"]) == {"old", "new"}


def test_an_expected_refusal_becomes_a_finding(small: Workshop) -> None:
    found = small.finding('refused = "口径不同 | two benchmarks"\n' + MIXED)
    assert (found.kind, found.series) == ("refusal", None)
    assert found.payload["kind"] == "mixed benchmarks"
    assert found.payload["reason"] == ["口径不同", "two benchmarks"]
    assert {one[1] for one in found.payload["benchmarks"]} == {"old benchmark", "new benchmark"}
    assert [one.parameter for one in found.receipt.inputs] == ["later", "earlier"]


def test_a_refusal_that_is_not_needed_is_an_error(small: Workshop) -> None:
    error = refused(small, 'refused = "口径不同 | two benchmarks"\n' + MIXED.replace("out.first", "out.whole").replace(
        'finding = "out.whole"', 'finding = "out.whole", period = "2019"'))  # fmt: skip
    assert "can be computed" in error.text()
    assert "remove 'refused'" in error.text()


def test_a_missing_cell_is_named_with_place_period_and_reading(small: Workshop) -> None:
    text = 'measure = "shares.value"\ninputs.values = { concept = "output.nominal", places = "three", '
    with pytest.raises(Problems) as caught:
        small.finding(text + 'periods = "2018..2019", reading = "settled" }')
    assert [type(error) for error in caught.value.errors] == [MissingCell] * 3
    for error, place in zip(caught.value.errors, ("东", "西", "北"), strict=True):
        assert all(word in error.what for word in ("output.nominal", place, "2018", "'settled'"))
        assert error.where == f"{EXTRA}:1"
        assert len(error.ways) == 2


@pytest.mark.parametrize(
    ("select", "cell"),
    [
        ('concept = "output.nominal", place = "110", period = "2018"', "output.nominal 东 2018"),
        ('concept = "deals.flow", place = "110", to = "three", periods = ["2019"]', "deals.flow 东 → 三省 2019"),
        ('concepts = ["output.nominal"], places = ["110"], period = "2018"', "output.nominal 东 2018"),
    ],
)
def test_a_missing_cell_is_named_in_full_whatever_axes_are_open(small: Workshop, select: str, cell: str) -> None:
    error = refused(small, f'measure = "shares.value"\ninputs.values = {{ {select}, reading = "settled" }}')
    assert error.what == f"no value of {cell} under reading 'settled'"


def test_the_same_labels_in_another_order_are_refused(small: Workshop) -> None:
    error = refused(
        small,
        """measure = "shares.per_head"
inputs.amount = { finding = "out.member", places = ["110", "120", "130"] }
inputs.people = { finding = "people.member", places = ["110", "130", "120"] }""",
    )
    assert isinstance(error, MeasureRefusal)
    assert "same labels in another order" in error.text()
    assert "['110', '120', '130'] against ['110', '130', '120']" in error.text()


def test_other_labels_are_refused_and_relabelling_is_the_way(small: Workshop) -> None:
    text = """measure = "growth.difference"
inputs.later = { finding = "out.region", periods = ["2019"] }
inputs.earlier = { finding = "out.region", periods = ["2014"]%s }"""
    assert "disagree on axis 'period'" in refused(small, text % "").text()
    found = series(small, text % ', relabel = { period = ["2019"] }')
    assert found.values.tolist() == [899.75]
    assert found.axes[0].labels == ("2019",)
    assert "relabel gives 2 labels for 1" in refused(small, text % ', relabel = { period = ["2018", "2019"] }').text()


def test_an_absent_axis_is_refused_by_name(small: Workshop) -> None:
    error = refused(small, 'measure = "shares.total"\ninputs.amounts = { finding = "out.member", place = "110" }')
    assert "has no axis 'place', only period" in error.text()


def test_too_few_places_are_refused_with_the_reason_of_the_measure(small: Workshop) -> None:
    error = refused(
        small,
        """measure = "inequality.coefficient_of_variation"
inputs.values = { finding = "out.member", places = ["110"] }""",
    )
    assert "needs at least 2" in error.text()
    assert error.why


def test_a_result_outside_the_bounds_of_the_measure_is_refused(small: Workshop) -> None:
    error = refused(
        small,
        """measure = "shares.share"
inputs.part = { finding = "out.whole" }
inputs.whole = { finding = "out.region", periods = ["2019"] }""",
    )
    assert "at period 2019 is outside [0, 1]" in error.text()


def test_amounts_of_different_dimensions_are_not_compared(small: Workshop) -> None:
    error = refused(
        small,
        """measure = "growth.difference"
inputs.later = { finding = "out.member" }
inputs.earlier = { finding = "people.member" }""",
    )
    assert isinstance(error, UnitMismatch)
    assert "later is in 亿元 and earlier in 万人" in error.text()


def test_units_of_results_follow_from_the_inputs(small: Workshop) -> None:
    per_head = 'measure = "shares.per_head"\ninputs.amount = { finding = "out.member" }\ninputs.people = { finding = "people.member" }'
    plain, yuan = series(small, per_head), series(small, 'unit = "元/人"\n' + per_head)
    assert (plain.unit, yuan.unit) == ("亿元/万人", "元/人")
    np.testing.assert_allclose(yuan.values, plain.values * 10**4)
    assert (
        series(small, 'measure = "shares.total"\nunit = "万亿元"\ninputs.amounts = { finding = "out.member" }').values[
            1
        ]
        == 0.30005
    )


def test_a_ratio_over_people_keeps_its_dimension(small: Workshop) -> None:
    found = series(
        small,
        """measure = "shares.per_head"
inputs.amount = { finding = "out.share", period = "2019" }
inputs.people = { finding = "people.member", place = "110", period = "2019" }""",
    )
    assert found.unit == "1/万人"


def test_a_result_in_a_unit_of_another_dimension_is_refused(small: Workshop) -> None:
    error = refused(small, 'measure = "shares.total"\nunit = "万人"\ninputs.amounts = { finding = "out.member" }')
    assert isinstance(error, UnitMismatch)


def test_percentages_enter_a_formula_as_ratios(small: Workshop) -> None:
    found = series(
        small,
        """measure = "growth.difference"
unit = "百分点"
inputs.later = { finding = "income.relative", period = "2019" }
inputs.earlier = { finding = "income.relative", period = "2018" }""",
    )
    np.testing.assert_allclose(float(found.values), 100 * (33000 / 63000 - 0.5))


def test_worst_flag_and_grade_travel_to_every_result(small: Workshop) -> None:
    small.edit("pack/tables/output.csv", "130,2019,700,,new-book,", "130,2019,700,,new-book,estimated")
    small.edit("pack/tables/output.csv", "120,2019,790,,early", "130,2019,701,,press")
    total = series(small, 'measure = "shares.total"\ninputs.amounts = { finding = "out.member" }')
    assert total.flags.tolist() == [Flag.REVISED, Flag.REVISED]
    assert total.grades.tolist() == [Grade.REPRINT, Grade.MEDIA]
    heads = series(
        small,
        """measure = "shares.per_head"
inputs.amount = { finding = "out.member" }
inputs.people = { finding = "people.member" }""",
    )
    assert heads.grades.tolist() == [[Grade.TRANSCRIPTION] * 2] * 3
    assert (heads.rows == -1).all()


def test_a_scenario_marks_everything_that_rests_on_it(small: Workshop) -> None:
    found = series(small, 'measure = "shares.total"\ninputs.amounts = { finding = "plan.catch.levels" }')
    assert set(found.flags.tolist()) == {Flag.SCENARIO}
    assert set(found.grades.tolist()) == {Grade.ASSUMED}


def test_two_readings_of_one_concept_are_refused(small: Workshop) -> None:
    text = """measure = "growth.difference"
inputs.later = { concept = "income.disposable", place = "110", period = "2019", reading = "newest" }
inputs.earlier = { concept = "income.disposable", place = "110", period = "2018", reading = "first" }"""
    error = refused(small, text)
    assert "two readings of income.disposable meet" in error.text()
    assert "mixed = 'reason'" in error.text()
    assert float(series(small, 'mixed = "测 | test"\n' + text).values) == 3000
    assert small.finding('refused = "测 | test"\n' + text).payload["kind"] == "precondition"


def test_a_finding_without_values_feeds_no_formula(small: Workshop) -> None:
    error = refused(small, 'measure = "shares.value"\ninputs.values = { finding = "out.jump" }')
    assert "is a refusal and carries no values" in error.text()


VALUE = 'measure = "shares.value"\ninputs.values = { concept = "output.nominal", place = "110", period = "2019", reading = "newest" }'
FROM = 'measure = "shares.value"\ninputs.values = { finding = "out.region", period = "2019" }'


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        (VALUE, "shares.value", "shares.valeu", "no measure 'shares.valeu'(.|\n)*shares.value"),
        (VALUE, "output.nominal", "output.nominl", "no concept 'output.nominl'(.|\n)*output.nominal"),
        (VALUE, '"110"', '"11"', "no place '11'(.|\n)*110"),
        (VALUE, 'place = "110"', 'places = "thre"', "no perimeter 'thre'(.|\n)*three"),
        (VALUE, '"newest"', '"newst"', "no reading 'newst'(.|\n)*newest"),
        (
            VALUE,
            "inputs.values",
            "inputs.value",
            "no input 'value'(.|\n)*closest: values(.|\n)*input 'values' is missing",
        ),
        (VALUE, 'period = "2019"', 'perod = "2019"', "unknown key 'perod'(.|\n)*period(.|\n)*neither 'period' nor"),
        (VALUE, 'period = "2019"', 'period = "2019", to = "pare"', "no destination 'pare'(.|\n)*pair"),
        (VALUE, 'period = "2019"', 'period = "last"', "'last' is no date"),
        (VALUE, 'period = "2019"', 'periods = "2019..2014"', "no range of years"),
        (VALUE, 'period = "2019"', "periods = 2019", "wants a list, a range or a perimeter, not 2019"),
        (VALUE, 'period = "2019"', "periods = []", "is empty"),
        (VALUE, 'period = "2019"', 'periods = ["2019", "2019"]', "stands twice"),
        (VALUE, 'period = "2019"', 'period = "2019", periods = ["2019"]', "both 'period' and 'periods'"),
        (VALUE, ', reading = "newest"', "", "'reading' is missing"),
        (VALUE, "measure =", 'unit = "亿园"\nmeasure =', "no unit '亿园'"),
        (VALUE, "measure =", "choices = { years = 9 }\nmeasure =", "no choice 'years'"),
        (VALUE, "measure =", 'choices = "years"\nmeasure =', "must be a table"),
        (VALUE, "measure =", "choise = 1\nmeasure =", "unknown key 'choise'(.|\n)*choices"),
        (VALUE, "inputs.values = {", "inputs.values = [] #", "must be a table"),
        (FROM, "out.region", "out.regio", "no finding 'out.regio'(.|\n)*out.region"),
        (FROM, '"2019"', '"2018"', "no period '2018'(.|\n)*2019"),
        (FROM, "period =", "place =", "no axis 'place'"),
    ],
)
def test_what_is_written_wrong_is_told_with_the_nearest(
    small: Workshop, text: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(XietongError, match=says) as caught:
        small.finding(text.replace(old, new))
    for error in getattr(caught.value, "errors", ()):
        assert error.where.startswith(EXTRA)


def test_all_problems_of_a_study_come_at_once(small: Workshop) -> None:
    small.write(
        "study/findings/more.toml", '["a"]\nlabel = "a"\nmeasure = "shares.valeu"\ndigits = "x"\n\n["b"]\nlabel = "b"\n'
    )
    small.append("study/claims.toml", '["claim.bad"]\nstatement = "x"\nkind = "equal"\nevidence = []\n')
    told = [(error.where, error.what) for error in small.build_errors()]
    more = "small/study/findings/more.toml"
    assert (f"{more}:1", "'inputs' is missing") in told
    assert (f"{more}:4", "'digits' must be a whole number, not 'x'") in told
    assert {what for where, what in told if where == f"{more}:6"} >= {"'measure' is missing", "'digits' is missing"}
    assert any(what == "no kind of claim 'equal'" for _, what in told)


def test_choices_that_are_required_are_missed(small: Workshop) -> None:
    error = refused(
        small,
        """measure = "growth.compound_annual_growth"
inputs.first = { finding = "out.region", period = "2014" }
inputs.last = { finding = "out.region", period = "2019" }""",
    )
    assert "choice 'years' is missing" in error.text()


def test_the_receipt_says_how_the_result_was_made(small: Workshop) -> None:
    found = small.finding(VALUE)
    receipt = found.receipt
    assert (receipt.measure, receipt.tested, receipt.choices) == ("shares.value", "by hand", {})
    assert (receipt.inputs[0].source, receipt.inputs[0].reading) == ("ledger:output.nominal", "latest")
    assert [reason.partition("=")[0] for reason in receipt.reasons] == [
        "cells of output.nominal (values)", "measure shares.value", f"the step at {EXTRA}",
    ]  # fmt: skip


def test_years_that_the_periods_contradict_are_refused(small: Workshop) -> None:
    text = (
        'measure = "growth.compound_annual_growth"\nchoices = { years = 4 }\n'
        'inputs.first = { concept = "output.nominal", place = "110", period = "2014", reading = "newest" }\n'
        'inputs.last = { concept = "output.nominal", place = "110", period = "2019", reading = "newest" }\n'
    )
    assert "years = 4, but 2014 and 2019 lie 5 years apart" in refused(small, text).text()
    small.finding(text.replace("years = 4", "years = 5"), "other")


def test_two_readings_that_meet_through_findings_are_refused(small: Workshop) -> None:
    one = 'measure = "shares.value"\ninputs.values = { concept = "output.nominal", place = "110", period = "2019", '
    small.write(
        "study/findings/early.toml", f'["early"]\nlabel = "早 | early"\ndigits = 1\n{one}reading = "settled" }}\n'
    )
    small.append(
        "study/findings/early.toml", f'\n["late"]\nlabel = "晚 | late"\ndigits = 1\n{one}reading = "newest" }}\n'
    )
    both = (
        'measure = "growth.difference"\ninputs.later = { finding = "late" }\ninputs.earlier = { finding = "early" }\n'
    )
    assert "two readings of output.nominal meet" in refused(small, both).text()
    small.finding(both + 'mixed = "版本之差 | what the revision did"\n', "other")
