"""Candidates for a merge: on real names with their defects, on planted defects, with reasons; nothing is merged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import labelled_names
import numpy as np
import pytest
from conftest import ROOT, SMALL
from hypothesis import given
from hypothesis import strategies as st

from xietong.library.pack import read_pack
from xietong.library.registers import blocking
from xietong.library.registers.candidates import THRESHOLD, candidates
from xietong.library.registers.forms import Former, Nearness
from xietong.library.registers.likeness import likeness
from xietong.library.registers.merges import Merge
from xietong.library.registers.register import Register
from xietong.library.registers.rows import Row

GAZETTEER = read_pack(ROOT / "packs" / "jingjinji").gazetteer
KIND = labelled_names.kind("made-up")
FORMER = Former(GAZETTEER)


def register(*told: tuple[str, str, str, str]) -> Register:
    """Return a register of names, places, codes and addresses."""
    return Register(
        KIND,
        [
            Row(f"r.csv:{at}", f"r{at}", name, (place,) if place else (), "o", (code, address))
            for at, (name, place, code, address) in enumerate(told, 1)
        ],
    )


def score(one: tuple[str, str, str, str], other: tuple[str, str, str, str]) -> float:
    both = register(one, other)
    first, second = (FORMER.record(both[item]) for item in both)
    return likeness(first, second, Nearness(GAZETTEER).between(first.places, second.places)).score


@pytest.mark.parametrize(
    ("name", "told", "precision", "recall"),
    [
        ("hospitals", {}, 0.97, 0.87), ("hospitals", {"addresses": False}, 0.97, 0.74), ("sights", {}, 0.95, 0.9),
        ("companies", {}, 0.99, 0.99), ("companies", {"codes": False}, 0.97, 0.28),
    ],
)  # fmt: skip
def test_real_names_are_found_at_these_rates(name: str, told: dict[str, bool], precision: float, recall: float) -> None:
    labelled = labelled_names.read(name, **told)
    rates = labelled_names.rates(labelled, labelled_names.found(labelled, GAZETTEER), THRESHOLD)
    assert rates.precision >= precision, rates
    assert rates.recall >= recall, rates


SAME = [
    (("中国人民解放军三O一医院", "110108", "", ""), ("中国人民解放军第301医院", "110108", "", "")),
    (("北京市第一醫院", "110101", "", ""), ("北京第1医院", "110101", "", "")),
    (
        ("天津市环湖医院", "120103", "", "气象台路122号"),
        ("天津市脑系科中心医院", "120103", "", "天津市河西区气象台路122号"),
    ),
    (("神州高铁", "", "000008.SZ", ""), ("神州高铁技术股份有限公司", "", "SZ000008", "")),
    (("首都医科大学附属北京安贞医院", "110105", "", ""), ("北京安贞医院（安贞医院）", "110105", "", "")),
    (("石家庄市\u3000中医院", "130104", "", ""), ("石家莊市中医医院", "130104", "", "")),
    (("首都医科大学友谊医院通州站", "110112", "", ""), ("首都医科大学有益医院通州站", "110112", "", "")),
]
APART = [
    (("石家庄市第一医院", "130102", "", ""), ("石家庄市第二医院", "130102", "", "")),
    (("石家庄市第一医院", "130102", "", ""), ("唐山市第一医院", "130203", "", "")),
    (("北京同仁医院", "110101", "", ""), ("北京普仁医院", "110101", "", "")),
    (("海军总医院", "110108", "", ""), ("空军总医院", "110108", "", "")),
    (("中国中医科学院广安门医院", "110102", "", ""), ("中国中医科学院广安门医院南区", "110115", "", "")),
    (("华泰电子有限公司", "110108", "300001.SZ", ""), ("华泰电子有限公司", "110108", "300002.SZ", "")),
    (("柏乡县人民医院", "130500", "", ""), ("平乡县人民医院", "130500", "", "")),
    (("人民医院", "130102", "", ""), ("中心医院", "130102", "", "")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_thing_under_two_names_is_told(one, other) -> None:
    assert score(one, other) >= THRESHOLD
    assert score(other, one) == score(one, other)
    found = candidates(register(one, other), GAZETTEER).all
    assert [(each.kept, each.other) for each in found] == [("r1", "r2")]
    assert found[0].reasons


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_things_with_names_alike_are_not_told(one, other) -> None:
    assert score(one, other) < THRESHOLD
    assert candidates(register(one, other), GAZETTEER).all == ()


def test_a_name_of_many_places_is_no_evidence_by_itself() -> None:
    codes = ("130102", "130203", "130302", "130402", "130500", "130600")
    assert candidates(register(*(("为民诊所", code, "", "") for code in codes)), GAZETTEER).all == ()


def test_the_small_region_has_its_candidates_and_what_was_undone_is_not_told_again() -> None:
    pack = read_pack(SMALL / "pack")
    clinics = pack.registers["clinic"]
    apart = replace(clinics, merges=clinics.merges[:1])
    assert [(one.kept, one.other) for one in candidates(apart, pack.gazetteer).all] == [("c3", "c4")]
    assert candidates(clinics, pack.gazetteer).all == ()
    ruled = Merge("clinic:c3", "clinic:c4", "2024-01-01", "o", "w", "2024-02-01", "o", "two")
    assert candidates(replace(clinics, merges=(ruled,)), pack.gazetteer).all == ()


@given(st.lists(st.sampled_from([row for pair in (*SAME, *APART) for row in pair]), max_size=12), st.randoms())
def test_candidates_do_not_hang_on_the_order_of_rows(told: list[tuple[str, str, str, str]], chance) -> None:
    one = register(*told)
    mixed = list(one.rows)
    chance.shuffle(mixed)
    first, second = (candidates(each, GAZETTEER, 0.3) for each in (one, Register(KIND, mixed)))
    assert first == second
    assert all(0 < each.score < 1 and each.kept != each.other for each in first.all)


def test_the_reason_of_a_pair_does_not_hang_on_the_order_of_rows() -> None:
    one = register(*APART[5])
    turned = Register(KIND, list(reversed(one.rows)))
    assert candidates(one, GAZETTEER, 0.3) == candidates(turned, GAZETTEER, 0.3)


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=3), max_size=15))
def test_blocks_hold_every_pair_that_shares_a_key_once(keys: list[list[str]]) -> None:
    found = blocking.key_pairs(keys)
    pairs = list(zip(found.one.tolist(), found.other.tolist(), strict=True))
    wanted = {(a, b) for a in range(len(keys)) for b in range(a + 1, len(keys)) if set(keys[a]) & set(keys[b])}
    assert sorted(pairs) == sorted(wanted)


def test_a_block_above_its_cap_is_not_compared_and_counted() -> None:
    found = blocking.key_pairs([["same"]] * (blocking.KEY_CAP + 1))
    assert (len(found.one), found.left_out) == (0, blocking.KEY_CAP + 1)


def test_a_wrong_sign_does_not_keep_two_names_from_being_compared() -> None:
    names = ["河北宏源华泰精密机械", "河北宏源华太精密机械", "天津海光存储科技园", "唐山陶瓷博物馆"]
    found = blocking.rare_pairs(names, range(4))
    assert (found.one.tolist(), found.other.tolist()) == ([0], [1])
    assert len(blocking.rare_pairs([], []).one) == 0
    assert isinstance(found.one, np.ndarray)


def test_the_labelled_names_say_what_they_are() -> None:
    text = (Path(labelled_names.FOLDER) / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}.csv`" in text for name in labelled_names.SETS)
