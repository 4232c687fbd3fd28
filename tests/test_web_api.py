"""The programming interface: what OpenAPI says is what is answered, nothing internal, and no input is an error of ours."""

from __future__ import annotations

import datetime
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import Visitor
from conftest import SMALL, Workshop
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from xietong.app import desk
from xietong.app.server import application
from xietong.app.web.api import BASE, QUESTIONS

HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE observation; --",
    "../../pyproject.toml",
    "\x00",
    "%00",
    "\ud7ff",
    "a" * 3000,
    '"',
    "*",
    "-",
)
KNOWN = {
    "name": ["output.member", "theil", "toy"],
    "concept": ["output.nominal", "people.resident"],
    "class": ["clinic"],
    "item": ["c3"],
    "cell": ["period=2019"],
}


@pytest.fixture(scope="module")
def site() -> Iterator[Starlette]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SMALL, Path(folder) / "small")
        study, out = Path(folder) / "small/study", Path(folder) / "out"
        desk.build(study, out)
        yield application(study, out)


def ask(site: Starlette, path: str):
    return Visitor(site).get(f"{BASE}{path}", accept="application/json")


def test_everything_that_is_listed_can_be_asked(site) -> None:
    for one in ask(site, "/findings").json:
        told = ask(site, f"/findings/{one['id']}")
        assert told.status == 200
        assert told.json["id"] == one["id"]
    for one in ask(site, "/concepts").json:
        assert ask(site, f"/concepts/{one['id']}/lines").status == 200
    assert [one["id"] for one in ask(site, "/registers").json] == list(
        dict.fromkeys(one["id"] for one in ask(site, "/registers").json)
    )
    for one in ask(site, "/measures").json[:20]:
        assert ask(site, f"/measures/{one['id']}").json["id"] == one["id"]


def test_a_number_comes_with_its_line(site) -> None:
    series = next(one["id"] for one in ask(site, "/findings").json if one["kind"] == "series")
    told = ask(site, f"/findings/{series}").json["series"]
    assert len(told["values"]) == len(told["flags"]) == len(told["grades"])
    axis = told["axes"][0]
    tree = ask(site, f"/findings/{series}/explanation?cell={axis['name']}={quote(axis['labels'][0])}&language=en")
    assert tree.status == 200
    assert "small/pack/tables/" in tree.text


def test_vintages_are_paged(site) -> None:
    every = ask(site, "/concepts/output.nominal/lines").json
    some = ask(site, "/concepts/output.nominal/lines?offset=2&limit=3").json
    assert some["lines"] == every["lines"][2:5]
    assert some["count"] == every["count"] == len(every["lines"]) > 5
    assert {one["place"] for one in ask(site, "/concepts/output.nominal/lines?place=110").json["lines"]} == {"110"}


def test_an_item_is_found_and_told(site) -> None:
    hits = ask(site, "/search?q=長江&class=clinic").json["hits"]
    assert hits[0]["ref"] == "clinic:c3"
    told = ask(site, "/registers/clinic/c3").json
    assert told["names"][0]["where"].startswith("small/pack/registers/clinic.csv:")


def test_what_is_internal_is_not_told(small: Workshop) -> None:
    text = small.read("pack/registers/clinic.toml")
    small.write("pack/registers/clinic.toml", text.replace('access = "public"', 'access = "internal"'))
    output = small.read("pack/tables/output.toml")
    small.write("pack/tables/output.toml", output.replace('access = "public"', 'access = "internal"'))
    desk.build(small.study, Path("out"))
    site = application(small.study, Path("out"))
    told = ask(site, "/concepts/output.nominal/lines").json
    assert (told["lines"], told["count"]) == ([], 0)
    assert told["internal"] > 0
    assert ask(site, "/registers/clinic/c3").status == 404
    found = ask(site, "/search?class=clinic").json
    assert found["hits"] == []
    assert found["internal"] > 0


def test_the_description_is_of_what_is_answered(site) -> None:
    told = Visitor(site).get("/api/openapi.json").json
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {one.path for one in QUESTIONS}
    for path, operations in told["paths"].items():
        inside = {one["name"] for one in operations["get"]["parameters"] if one["in"] == "path"}
        assert inside == {part[1:-1] for part in path.split("/") if part.startswith("{")}
    ids = [one["get"]["operationId"] for one in told["paths"].values()]
    assert len(set(ids)) == len(ids)
    for language in ("zh", "en"):
        page = Visitor(site).get(f"/api?language={language}").text
        assert all(f"{BASE}{one.path}" in page for one in QUESTIONS)


@pytest.mark.parametrize(("path", "status"), [
    ("/findings/none", 404), ("/nothing", 404), ("/findings/output.member/explanation?cell=x", 404), ("/registers/none/x", 404),
    ("/concepts/output.nominal/lines?limit=0", 400), ("/concepts/output/lines?limit=x", 400), ("/concepts/output/lines?offset=-1", 400),
    ("/registers/clinic/c3?language=fr", 400), ("/search?class=none", 404), ("/search?limit=9999999999", 400), ("/systems/none", 404),
])  # fmt: skip
def test_what_is_wrong_is_told_as_json(site, path: str, status: int) -> None:
    told = ask(site, path)
    assert told.status == status
    assert set(told.json) == {"error"}


def test_it_is_read_only(site) -> None:
    for one in QUESTIONS:
        assert Visitor(site).post(f"{BASE}{one.path.replace('{', '').replace('}', '')}", {}, page="none").status == 405


texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(blacklist_categories=["Cs"]), max_size=20), st.integers().map(str)
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Draw an address out of what OpenAPI says, with known and with any values."""
    question = draw(st.sampled_from(QUESTIONS))
    path, query = question.path, []
    for one in question.parameters:
        known = [*one.words, *KNOWN.get(one.name, ()), *(map(str, one.bounds) if one.bounds else ())]
        value = draw(st.sampled_from(known) | texts if known else texts)
        if one.inside:
            path = path.replace(f"{{{one.name}}}", value.replace("/", "∕") or "x")
        elif draw(st.booleans()):
            query.append(f"{one.name}={quote(value)}")
    return f"{path.replace('?', '？')}?{'&'.join(query)}"


@settings(max_examples=250)
@given(addresses())
def test_no_input_is_an_error_of_ours(site, address: str) -> None:
    told = ask(site, address)
    assert told.status in (200, 400, 404), told.text
    assert told.headers["content-type"] == "application/json"
    assert told.headers["x-content-type-options"] == "nosniff"
    json.loads(told.content)


@settings(max_examples=60)
@given(st.sampled_from(["/contribute/", "/check/", "/review/", "/measures/", "/plans/", "/contribute/clinic?item=", "/contribute/clinic?rows=", "/review?state=", "/review?class=",
                        "/check?text=", "/check?detector=", "/check?table=", "/measures?find=", "/account?next=", "/measures/shares.total?concept.amounts="]), texts)  # fmt: skip
def test_no_address_of_a_page_is_an_error_of_ours_and_its_text_is_text(site, path: str, text: str) -> None:
    told = Visitor(site).get(path + (quote(text) if "?" in path else text.replace("?", "？")))
    assert told.status < 500, (path, text)
    assert "<script>alert" not in told.text


def test_the_day_is_no_part_of_an_answer(site) -> None:
    assert datetime.date.today().isoformat() not in ask(site, "/findings").text
