"""Reading many lines fast changes no value: what the quick way gives is what exact fractions give."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PackError, Problems
from xietong.library.ledger import fill
from xietong.library.numbers import is_number, read_number
from xietong.library.pack import read_pack
from xietong.library.pack_sheets import pack_sheets
from xietong.library.tables import _Column
from xietong.library.units import conversion

CONCEPT = next(iter(read_pack(ROOT / "packs" / "jingjinji").concepts.values()))
UNITS = [
    ("亿元", "亿元"),
    ("万元", "亿元"),
    ("万亿元", "亿元"),
    ("元", "万亿元"),
    ("%", "1"),
    ("‰", "%"),
    ("亿元/万人", "元/人"),
]


@given(
    st.from_regex(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?", fullmatch=True),
    st.sampled_from(UNITS),
)
def test_value_and_half_width_are_the_floats_nearest_to_the_exact_ones(text: str, units: tuple[str, str]) -> None:
    factor = conversion(*units)
    exact = read_number(text)
    value, half = _Column("x", CONCEPT, units[0], factor).value(text)
    assert value == float(Fraction(exact.value) * factor)
    assert half == float(Fraction(exact.half_width) * factor)


@given(st.text("0123456789.,+-e％　１ ", min_size=1, max_size=8))
def test_what_is_no_number_is_refused_as_before(text: str) -> None:
    column = _Column("x", CONCEPT, "亿元", Fraction(1))
    if is_number(text):
        assert column.value(text)[0] == float(text)
    else:
        with pytest.raises(PackError, match="is not a plain number"):
            column.value(text)


def test_a_row_that_is_wrong_after_one_that_is_right_is_still_told(small: Workshop) -> None:
    before = small.append(
        "pack/tables/output.csv", "110,2019,,0.15,press,,\n" + "110,2031,,1.5,press,nonsense,\n110,20x1,,1e5,press,,\n"
    )
    with pytest.raises(Problems) as caught:
        small.pack()
    told = [(error.where.rpartition(":")[2], error.what) for error in caught.value.errors]
    assert (str(before + 1), "no flag 'nonsense'") in told
    assert any(line == str(before + 2) and "no date" in what for line, what in told)
    assert any(line == str(before + 2) and "1e5" in what for line, what in told)
    assert any("also stands at" in what for _, what in told)


def test_every_text_reaches_the_ledger_as_it_is(small: Workshop) -> None:
    note = "quote \" and 'single', comma, 汉字 and a\ttab"
    small.append("pack/tables/output.csv", '130,2031,,1.50,press,,"' + note.replace('"', '""') + '"\n')
    with duckdb.connect() as connection:
        fill(connection, small.pack())
        rows = connection.execute(
            "select published, note, edition_end from observation where period = '2031'"
        ).fetchall()
    assert [(row[0], row[1]) for row in rows] == [("1.50", note)]
    assert rows[0][2] is not None


def test_a_pack_as_sheets_keeps_every_observation(tmp_path: Path) -> None:
    pack = read_pack(ROOT / "packs" / "jingjinji")
    sheets = pack_sheets(pack)
    figures = {(f"{one.name}:{one.line[row]}", one.text[row]) for one in sheets.figures() for row in range(len(one))}
    flows = {(one.where(row), one.role("value")[row]) for one in sheets.flows() for row in range(len(one))}
    assert figures | flows == {(one.where, one.text) for one in pack.observations}
    assert sum(map(len, sheets.all)) == len(pack.observations)
