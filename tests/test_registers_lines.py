"""States and links as contributions: checked, ruled by those whose items they are about, added and never written over."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from conftest import Workshop

from xietong.cli import main

OF = ("--office", "卫生局", "--jurisdiction")
STATES, LINKS = "pack/registers/clinic.states.csv", "pack/registers/links.csv"


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, ["register", *words, "--pack", "small/pack"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def give(small: Workshop, kind: str, text: str) -> Result:
    small.write("new.csv", text)
    return run("contribute", "small/new.csv", "--class", kind, *OF, "110")


def test_a_state_is_ruled_by_the_place_of_its_item_and_enters_once(small: Workshop) -> None:
    head = "item,state,date,origin,evidence\n"
    told = give(small, "clinic.states", f"{head}c1,in_use,2020,list2021,名单列出\nc2,in_use,1999,list2021,名单列出\n")
    assert "contribution 1: 1 new, 0 changed, 1 unchanged" in told.stdout
    before = small.read(STATES)
    assert "lies in 110" in run("accept", "1", *OF, "120").stderr
    assert small.read(STATES) == before
    assert run("accept", "1", *OF, "110").exit_code == 0
    assert small.read(STATES) == before + "c1,in_use,2020,list2021,名单列出\n"
    assert "all as they stand" in give(small, "clinic.states", f"{head}c1,in_use,2020,list2021,名单列出\n").stderr
    assert "c1" in run("show", "clinic:c1", "--day", "2021-01-01").stdout


def test_a_link_is_about_both_of_its_ends(small: Workshop) -> None:
    told = give(small, "links", "from,relation,to,date,origin,note\nclinic:c3,leads,clinic:c1,2024,deal,虚构\n")
    assert "+ clinic:c3 clinic:c1 (deal)" in told.stdout
    assert "lies in" in run("accept", "1", *OF, "110").stderr
    assert run("accept", "1", *OF, "100").exit_code == 0
    assert small.read(LINKS).endswith("clinic:c3,leads,clinic:c1,2024,deal,虚构\n")


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("clinic.states", "item,state,date,origin,evidence\nc9,in_use,2020,list2021,x\n", "no item 'c9'"),
        ("clinic.states", "item,state,date,origin,evidence\nc1,used,2020,list2021,x\n", "no state of the class 'used'"),
        ("clinic.states", "item,state,date,origin\nc1,in_use,2020,list2021\n", "wanted are item, state, date"),
        ("clinics.states", "item,state,date,origin,evidence\n", "no class 'clinics'"),
        (
            "links",
            "from,relation,to,date,origin,note\nclinic:c1,owns,clinic:c2,,deal,\n",
            "no relation of clinic 'owns'",
        ),
        ("links", "from,relation,to,date,origin,note\nclinic:c1,leads,clinic:c8,,deal,\n", "no item 'c8'"),
    ],
)
def test_a_line_that_cannot_stand_is_told_and_nothing_is_kept(small: Workshop, kind: str, text: str, says: str) -> None:
    before = small.read(STATES), small.read(LINKS)
    told = give(small, kind, text)
    assert told.exit_code == 1
    assert says in told.stderr
    assert (small.read(STATES), small.read(LINKS)) == before
    assert run("contributions").stdout == ""
