"""The circle of culture: what is looser reaches more, and what it claims is what the measure of access finds."""

from __future__ import annotations

import pytest
from placing import real_case, solved

from xietong.errors import UnknownName
from xietong.library.store import Edition
from xietong.plans.plan import Outcome


def people_within(outcome: Outcome) -> float:
    return outcome.facts["people after"]


def test_the_claim_is_what_the_measure_finds(jingjinji: Edition) -> None:
    outcome = solved(real_case(jingjinji, "culture"))
    assert [check.holds for check in outcome.checks] == [True]
    assert outcome.gap == 0
    assert outcome.facts["people before"] < outcome.facts["people after"]
    assert [one.what.en for one in outcome.waits] == ["registers of libraries, cultural centres and museums by county"]


@pytest.mark.parametrize(
    ("lever", "values"), [("sites", (0, 4, 10)), ("minutes", (20, 30, 45)), ("speed", (30, 40, 60))]
)
def test_loosening_never_worsens(jingjinji: Edition, lever: str, values: tuple[float, ...]) -> None:
    found = [solved(real_case(jingjinji, "culture", **{lever: float(one)})).objective for one in values]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_the_countryside_first_reaches_more_of_it(jingjinji: Edition) -> None:
    even, first = (solved(real_case(jingjinji, "culture", rural_weight=one)) for one in (1.0, 5.0))
    assert first.facts["rural after"] >= even.facts["rural after"]
    assert even.objective == even.facts["people after"]


def test_the_price_of_a_site_is_what_the_next_one_brings(jingjinji: Edition) -> None:
    ten, eleven = (solved(real_case(jingjinji, "culture", sites=one)) for one in (10.0, 11.0))
    assert ten.bindings[0].price == pytest.approx(eleven.objective - ten.objective)


def test_a_word_that_no_attribute_has_is_told(jingjinji: Edition) -> None:
    from dataclasses import replace

    case = real_case(jingjinji, "culture")
    data = {"plan": {"culture": {**case.spec, "supply_where": {"stars": "5A"}}}}
    with pytest.raises(UnknownName, match="no attribute 'stars'"):
        solved(replace(case, document=replace(case.document, data=data)))
