"""Errors that the field makes, made on purpose: each gives another number than the one that is printed or by hand.

A test that the wrong form would also pass guards nothing; here the right form meets the printed value and the wrong one
misses it by more than its rounding.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xietong.library.labels import Label
from xietong.library.ledger import Ledger, Selection, fill
from xietong.library.pack import Pack, read_pack
from xietong.library.readings import Reading
from xietong.measures.catchments import two_step
from xietong.measures.coordination import coupling
from xietong.measures.flows import landing_rate
from xietong.measures.index_decomposition import lmdi
from xietong.measures.measure import misuses
from xietong.measures.normalisation import goalposts, min_max
from xietong.measures.shares import per_head, relative_level, weighted_mean
from xietong.measures.synergy import synergy_of_two

ROOT = Path(__file__).resolve().parent.parent
SETTLED = {"economic": "census-2018", "population": "census-2020"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs" / "jingjinji")


def test_the_factor_of_coupling_lost() -> None:
    """Scores 0.6 and 0.3 by hand: 2 x root of 0.18 over 0.9; without the 2 it is half of that. Three scores likewise."""
    for scores, expected in (([0.6, 0.3], 0.9428090416), ([0.6, 0.3, 0.8], 0.9249675514)):
        assert float(coupling(np.array(scores))) == pytest.approx(expected)
    wrong = [float(one.function(np.array([0.6, 0.3, 0.8]))) for one in misuses("coordination.coupling")]
    assert len(wrong) >= 3
    assert all(abs(value - 0.9249675514) > 0.02 for value in wrong)
    assert min(wrong) == pytest.approx(0.9249675514 / 3)


def test_seller_and_buyer_exchanged() -> None:
    """Contracts of 2023 in hundred million yuan, rows sell: to Hebei from Beijing 597.1, from Tianjin 213.0."""
    flows = np.array([[0.0, 151.6, 597.1], [0.0, 0.0, 213.0], [0.0, 0.0, 0.0]])
    assert flows[:, 2].sum() == pytest.approx(810.1)
    assert flows.T[:, 2].sum() == 0


def test_goalposts_of_the_year_in_place_of_frozen_ones() -> None:
    """By hand: against posts 0 and 100 both years score 0.2 and 0.8, then 0.3 and 0.9; by year always 0 and 1."""
    years = np.array([[[20.0], [80.0]], [[30.0], [90.0]]])
    frozen = goalposts(years, np.array([0.0]), np.array([100.0]), beyond="kept")
    np.testing.assert_allclose(frozen[..., 0], [[0.2, 0.8], [0.3, 0.9]])
    np.testing.assert_allclose(min_max(years, np.array([1.0]))[..., 0], [[0, 1], [0, 1]])


def test_the_printed_gap_needs_the_people_of_the_year_before() -> None:
    """江孝君等, 唐山师范学院学报 2024(1): Hebei at 28.45% of Beijing in 2020, over the people at the end of 2019."""
    gdp = np.array([36102.6, 36206.9])
    before, census = np.array([2153.6, 7591.97]), np.array([2189.3, 7461.0])
    rate = [float(relative_level(*per_head(gdp, people)[::-1])) for people in (before, census)]
    assert rate[0] == pytest.approx(0.2845, abs=5e-5)
    assert abs(rate[1] - 0.2845) > 0.005


def test_two_vintages_in_one_growth_rate() -> None:
    """2014 first published 66474.5 and revised 58775.5: with 104442.1 in 2023 the growth is 77.7% or 57.1%."""
    right, mixed = 104442.1 / 58775.5 - 1, 104442.1 / 66474.5 - 1
    assert right == pytest.approx(0.777, abs=5e-4)
    assert abs(right - mixed) > 0.2


def test_a_mean_of_ratios_is_no_ratio_of_the_region() -> None:
    """Urban over rural income by hand: 40 over 20 for 3 people and 30 over 10 for 1; the region is at 37.5 over 17.5."""
    people, urban, rural = np.array([3.0, 1.0]), np.array([40.0, 30.0]), np.array([20.0, 10.0])
    region = float(weighted_mean(urban, people) / weighted_mean(rural, people))
    assert region == pytest.approx(37.5 / 17.5)
    assert abs(region - float((urban / rural).mean())) > 0.3


def test_income_of_2021_as_a_journal_printed_it(pack: Pack) -> None:
    """安树伟、董红燕 (2022), 区域经济评论 2022(6): urban income of Hebei in 2021 at 48.8% of Beijing's."""
    import duckdb

    with duckdb.connect() as connection:
        fill(connection, pack)
        books = Ledger(connection, pack)
        latest = Reading("latest", Label("", ""), "latest", "test")
        cells = Selection(("income.disposable.urban",), ("110000", "130000"), ("2021",))
        beijing, hebei = books.series(cells, latest).values.ravel()
    assert float(relative_level(hebei, beijing)) == pytest.approx(0.488, abs=5e-4)
    assert abs(beijing / hebei - 0.488) > 1


def test_a_landing_rate_names_its_denominator() -> None:
    """Beijing 2023: 748.7 of 8536.9 sold in all is 8.77%, of 4958.3 sold outside 15.1%; Hebei's 597.1 of all 6.99%."""
    told = [748.7 / 8536.9, 748.7 / 4958.3, 597.1 / 8536.9]
    np.testing.assert_allclose(told, [0.0877, 0.151, 0.0699], atol=2e-4)
    assert len({round(one, 3) for one in told}) == 3
    from xietong.measures import facts

    assert facts(landing_rate).choices["denominator"].default is None


def test_factors_of_emissions_leave_nothing_over() -> None:
    """By hand and by property: the contributions of LMDI add up to the change, whatever the factors."""
    generator = np.random.default_rng(3)
    early, late = generator.uniform(0.5, 3, (2, 40, 4))
    np.testing.assert_allclose(lmdi(early, late).sum(axis=-1), late.prod(axis=-1) - early.prod(axis=-1), atol=1e-12)


def test_access_hands_out_all_supply_once() -> None:
    people, supply = np.array([100.0, 50.0, 10.0]), np.array([15.0, 20.0, 100.0])
    origins, there = np.array([0, 1, 2, 0, 1, 2, 2, 0, 1]), np.array([0, 1, 2, 2, 2, 0, 1, 1, 0])
    costs = np.array([1.0, 1, 1, 40, 40, 40, 40, 60, 60])
    access = two_step(people, supply, origins, there, costs, max_cost=45.0)
    assert float((people * access).sum()) == pytest.approx(supply.sum())


def test_one_decline_turns_the_sign_of_synergy() -> None:
    assert float(synergy_of_two(np.array([0.2, 0.6]), np.array([0.5, 0.8]))) > 0
    assert float(synergy_of_two(np.array([0.2, 0.6]), np.array([0.5, 0.5]))) < 0


def test_the_cities_of_hebei_do_not_add_up_to_the_province(pack: Pack) -> None:
    """2021: the eleven cities as published sum to 39676.0, the province is at 40391.3; 715.3 is told, not spread."""
    eleven = {
        one.place: one.value
        for one in pack.observations
        if one.origin == "cities-gdp-published:cities-2021" and one.concept == "gdp.nominal" and one.period == "2021"
    }
    assert len(eleven) == 11
    assert sum(eleven.values()) == pytest.approx(39676.0, abs=0.1)
    assert 40391.3 - sum(eleven.values()) == pytest.approx(715.3, abs=0.15)
