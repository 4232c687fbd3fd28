"""Writing through the observatory: contributions, reviews, decisions; who may, what is refused, two at once, hostile text."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from browsing import Visitor
from conftest import Workshop
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.app import desk
from xietong.app.accounts import accounts
from xietong.app.server import application
from xietong.app.web import forms
from xietong.library import passwords
from xietong.library.contributions import SETTING, contribution, contributions
from xietong.library.registers.accounts import Account

PACK = Path("small/pack")
SECRET = "twelve signs at least"
ROWS = "pack/registers/clinic.csv"
NEW = {
    "rows": "1",
    "0.item": "c7",
    "0.name": "新诊所",
    "0.place": "西省",
    "0.origin": "list2024",
    "0.grade": "乙等",
    "0.beds": "20",
}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def site(small: Workshop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setattr(passwords.kept, "__defaults__", ((2**4, 8, 1),))
    desk.build(small.study, Path("out"))
    with accounts(PACK) as kept:
        kept.add(Account("west", "西省卫生局", "120", "reviewer"), SECRET)
        kept.add(Account("east", "东省卫生局", "110", "reviewer"), SECRET)
        kept.add(Account("giver", "西省诊所处", "120", "contributor"), SECRET)
        kept.add(Account("top", "全域办", "100", "reviewer"), SECRET)
    return application(small.study, Path("out"))


def signed(site, name: str) -> Visitor:
    visitor = Visitor(site)
    assert visitor.sign_in(name, SECRET).status == 303
    return visitor


def sent(visitor: Visitor, fields: dict[str, str] = NEW) -> int:
    """Fill in the form, look at the difference, send it, and return the number of the contribution."""
    shown = visitor.post("/contribute/clinic", fields, page="/contribute/clinic")
    assert shown.status == 200, shown.words
    hidden = dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"',
            shown.text.partition("enctype")[2].partition("</form>")[0],
        )
    )
    told = visitor.post("/contribute/clinic", {**hidden, "send": "1"}, page="/contribute/clinic")
    assert told.status == 303, told.words
    return int(re.search(r"/review/(\d+)", told.headers["location"]).group(1))


def test_an_entry_is_filled_in_shown_sent_and_accepted(site, small: Workshop) -> None:
    before = small.read(ROWS)
    giver, west = signed(site, "giver"), signed(site, "west")
    shown = giver.post("/contribute/clinic", NEW, page="/contribute/clinic")
    assert "1 行新增" in shown.words
    assert "<ins>新诊所</ins>" in shown.text
    assert contributions(PACK)[0] == []
    number = sent(giver)
    assert small.read(ROWS) == before
    assert "等待审核" in giver.get(f"/review/{number}?given=1").words
    assert giver.post(f"/review/{number}", {"verdict": "accepted"}, page="/account").status == 403
    assert west.post(f"/review/{number}", {"verdict": "accepted", "reason": "与名单相符"}).status == 303
    assert small.read(ROWS) == before + "c7,新诊所,120,list2024,,乙等,20,,,,,,\n"
    assert "已接受" in west.get(f"/review/{number}").words
    told = contribution(PACK, number)[0]
    assert (told.office, told.ruling.office, told.ruling.reason) == ("西省诊所处", "西省卫生局", "与名单相符")
    with accounts(PACK) as kept:
        log = [(one.account, one.verb, one.what) for one in kept.log(2)]
    assert log == [("west", "accepted", f"clinic {number} 与名单相符"), ("giver", "contributed", f"clinic {number}")]


def test_a_file_is_sent_as_it_was_given(site) -> None:
    west = signed(site, "west")
    content = "编号,名称,地点,等级\nc9,甲,120,甲等\n".encode()
    told = west.post(
        "/contribute/clinic",
        {"origin": "list2024", "send": "1"},
        {"file": ("../../a b.csv", content)},
        page="/contribute/clinic",
    )
    assert told.status == 303, told.words
    assert contribution(PACK, 1)[1] == content
    assert contribution(PACK, 1)[0].file == "a b.csv"
    assert west.get("/review/1/file").content == content


def test_every_row_that_is_refused_says_why_and_the_form_stays_filled(site) -> None:
    giver = signed(site, "giver")
    told = giver.post("/contribute/clinic", {**NEW, "0.beds": "many", "0.grade": "丙等"}, page="/contribute/clinic")
    assert told.status == 422
    assert "many" in told.words
    assert "丙等" in told.words
    assert 'value="新诊所"' in told.text
    assert "送审</button>" not in told.text
    assert giver.post("/contribute/clinic", {"rows": "1"}, page="/contribute/clinic").status == 422
    assert contributions(PACK)[0] == []


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("giver", 200)])
def test_who_may_contribute(site, who: str | None, status: int) -> None:
    visitor = signed(site, who) if who else Visitor(site)
    assert visitor.post("/contribute/clinic", NEW, page="/contribute/clinic").status == status


def test_an_office_of_another_place_does_not_rule(site, small: Workshop) -> None:
    number, before = sent(signed(site, "giver")), small.read(ROWS)
    told = signed(site, "east").post(f"/review/{number}", {"verdict": "accepted"})
    assert told.status == 422
    assert "outside 110" in told.words
    assert (contribution(PACK, number)[0].state, small.read(ROWS)) == ("open", before)
    told = signed(site, "west").post(f"/review/{number}", {"verdict": "returned", "reason": " "})
    assert "'reason' is empty" in told.words
    assert signed(site, "west").post(f"/review/{number}", {"verdict": "returned", "reason": "名称有误"}).status == 303
    assert "名称有误" in Visitor(site).get(f"/review/{number}").words


def test_two_tabs_at_once_lose_nothing(site, small: Workshop) -> None:
    numbers = [sent(signed(site, "giver"), {**NEW, "0.item": f"n{at}", "0.name": f"诊所{at}"}) for at in range(3)]
    tabs = [signed(site, "west"), signed(site, "top")]
    told: list[tuple[int, int]] = []

    def rule(tab: Visitor) -> None:
        for number in numbers:
            told.append((number, tab.post(f"/review/{number}", {"verdict": "accepted"}, page="/account").status))

    threads = [threading.Thread(target=rule, args=(tab,)) for tab in tabs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == [pair for number in numbers for pair in ((number, 303), (number, 409))]
    lines = small.read(ROWS).splitlines()
    assert [sum(line.startswith(f"n{at},") for line in lines) for at in range(3)] == [1, 1, 1]


def test_an_item_that_stands_can_be_corrected(site) -> None:
    text = signed(site, "giver").get("/contribute/clinic?item=c3").text
    assert 'value="西省長江診所"' in text
    assert '<option value="list2021" selected>' in text
    assert Visitor(site).get("/contribute/clinic?item=c99").status == 404
    assert Visitor(site).get("/contribute/clinik").status == 404


def test_a_program_contributes_with_a_token(site) -> None:
    with accounts(PACK) as kept:
        token = kept.token("giver")
    told = Visitor(site).post("/contribute/clinic", {**NEW, "send": "1"}, page="none", authorization=f"Bearer {token}")
    assert told.status == 303
    assert contribution(PACK, 1)[0].office == "西省诊所处"


def test_hostile_text_in_every_field_is_text(site) -> None:
    giver = signed(site, "giver")
    names = [
        "item",
        "name",
        "place",
        "origin",
        "code",
        "grade",
        "beds",
        "opened",
        "lon",
        "lat",
        "address",
        "also",
        "branch",
    ]
    told = giver.post(
        "/contribute/clinic", {"rows": "1", **{f"0.{name}": HOSTILE for name in names}}, page="/contribute/clinic"
    )
    assert told.status == 422
    assert HOSTILE not in told.text
    sent(giver, {**NEW, "0.name": HOSTILE, "0.address": '"><img src=x onerror=alert(1)>'})
    for page in ("/review", "/review/1", "/review/1?language=en"):
        assert HOSTILE not in Visitor(site).get(page).text
        assert "<img src=x" not in Visitor(site).get(page).text


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe", b"PK\x03\x04 not a workbook", b"a,b\n1\n", b"\xef\xbb\xbfitem,name,place,origin\nx,y,z,w\n"],
)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.xls", "x", ".."])
def test_files_that_are_none_are_refused_in_words(site, name: str, content: bytes) -> None:
    told = signed(site, "giver").post("/contribute/clinic", {}, {"file": (name, content)}, page="/contribute/clinic")
    assert told.status == 422, told.words


def test_more_than_is_allowed_is_not_read(site) -> None:
    giver = signed(site, "giver")
    large = b"x" * (forms.LARGEST + 1)
    assert giver.post("/contribute/clinic", {}, {"file": ("x.csv", large)}, page="/contribute/clinic").status == 413
    assert giver.post("/contribute/clinic", {}, page="/contribute/clinic", content_type="text/plain").status in (
        403,
        415,
    )


@settings(max_examples=60)
@given(
    st.binary(max_size=300),
    st.sampled_from(["multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded"]),
)
def test_any_body_is_a_form_or_refused(body: bytes, kind: str) -> None:
    import asyncio

    from starlette.requests import Request

    from xietong.errors import AccessError

    async def receive() -> dict:
        return {"type": "http.request", "body": b"--x\r\n" + body, "more_body": False}

    request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}, receive)
    status, told = 200, forms.Form()
    try:
        told = asyncio.run(forms.read_form(request))
    except AccessError as error:
        status = error.status
    assert status in (200, 400, 413, 415)
    assert all(isinstance(text, str) for text in told.fields.values())


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(st.characters(blacklist_categories=["Cs"])), max_size=4
    ),
    st.binary(max_size=400),
)
def test_a_form_comes_back_as_it_was(fields: dict[str, str], content: bytes) -> None:
    import asyncio

    from browsing import BOUNDARY
    from starlette.requests import Request

    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="ä.csv"\r\nContent-Type: text/csv\r\n\r\n'.encode()
        + content
        + b"\r\n"
    )
    body = b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
    told = iter([body[: len(body) // 2], body[len(body) // 2 :]])

    async def receive() -> dict:
        return (
            {"type": "http.request", "body": next(told), "more_body": True}
            if (told.__length_hint__())
            else {"type": "http.request", "body": b""}
        )

    request = Request(
        {
            "type": "http",
            "method": "POST",
            "headers": [(b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode())],
        },
        receive,
    )
    form = asyncio.run(forms.read_form(request))
    assert form.fields == fields
    assert form.files["file"] == forms.Upload("ä.csv", content)


def planted(small: Workshop) -> str:
    """Plant a number ten times too large in a place of the west, and return the id of what is suspected of it."""
    from xietong.app.inspect import check

    rows = [f"120,{year},{150 + year - 2000},,count,\n" for year in range(2000, 2013)]
    small.append("pack/tables/people.csv", "".join(rows) + "120,2013,1500,,count,\n")
    found = [one.suspicion for one in check(PACK).inspection.judged if one.suspicion.cells[0].period == "2013"]
    return found[0].id


def test_a_suspicion_is_decided_by_a_reviewer_of_its_place(site, small: Workshop) -> None:
    name = planted(small)
    address = f"/check/{name}"
    assert address in Visitor(site).get("/check").text
    ruling = {"verdict": "fix", "why": "多写一位 | one digit too many", "was": "1500", "now": "150"}
    for who, status in ((None, 401), ("giver", 403), ("east", 403), ("west", 303)):
        visitor = signed(site, who) if who else Visitor(site)
        assert visitor.post(address, ruling, page="/account" if who else "/contribute/clinic").status == status, who
    text = small.read("pack/decisions.toml")
    assert 'who = "西省卫生局"' in text
    assert 'why = "多写一位 | one digit too many"' in text
    assert "1500 → 150" in Visitor(site).get(address).words
    assert "one digit too many" in Visitor(site).get(f"{address}?language=en").words


def test_what_is_decided_is_decided_again_only_when_asked(site, small: Workshop) -> None:
    address = f"/check/{planted(small)}"
    west, top = signed(site, "west"), signed(site, "top")
    ruling = {"verdict": "accept", "why": "确是如此"}
    assert west.post(address, {**ruling, "verdict": "nonsense"}).status == 422
    assert west.post(address, {**ruling, "why": " "}).status == 422
    assert west.post(address, ruling).status == 303
    told = top.post(address, {**ruling, "why": "我也这样看"})
    assert told.status == 422
    assert "already decided" in told.words
    assert top.post(address, {**ruling, "why": HOSTILE, "again": "1"}).status == 303
    shown = Visitor(site).get(address)
    assert "确是如此" in shown.words
    assert HOSTILE not in shown.text
    assert small.read("pack/decisions.toml").count("[[decision]]") == 2


def test_what_is_suspected_is_filtered(site, small: Workshop) -> None:
    name = planted(small)
    visitor = Visitor(site)
    for query, there in (
        ("detector=lone-outlier", True),
        ("table=output", False),
        ("state=decided", False),
        ("state=open", True),
        ("text=1500", True),
        ("text=zz", False),
    ):
        assert (name in visitor.get(f"/check?{query}").text) == there, query
    assert visitor.get("/check/nothing").status == 404


def test_states_and_links_that_came_by_command_are_reviewed_too(site, small: Workshop) -> None:
    from xietong.library.contributions import contribute
    from xietong.library.register_imports import Sheet

    head = small.read("pack/registers/clinic.states.csv").splitlines()[0]
    told = {"item": "c3", "state": "closed", "date": "2025-01-01", "evidence": HOSTILE, "origin": "list2024"}
    Path("s.csv").write_text(f"{head}\n{','.join(told.get(name, '') for name in head.split(','))}\n", encoding="utf-8")
    contribute(PACK, "clinic.states", Sheet(Path("s.csv")), "西省诊所处", "120")
    page = Visitor(site).get("/review/1")
    assert "clinic.states" in page.text
    assert HOSTILE not in page.text
    assert signed(site, "west").post("/review/1", {"verdict": "accepted"}).status == 303
    assert ",closed,2025-01-01," in small.read("pack/registers/clinic.states.csv")


def given(visitor: Visitor, path: str, fields: dict[str, str]) -> int:
    """Fill in a form, look at the difference, send it; return the number of the contribution."""
    shown = visitor.post(path, fields, page=path)
    assert shown.status == 200, shown.words
    form = shown.text.partition("enctype")[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    told = visitor.post(path, {**hidden, "send": "1"}, page=path)
    assert told.status == 303, told.words
    return int(re.search(r"/review/(\d+)", told.headers["location"]).group(1))


def test_a_state_and_a_link_are_filled_in_and_accepted(site, small: Workshop) -> None:
    giver, west, top = signed(site, "giver"), signed(site, "west"), signed(site, "top")
    state = {
        "rows": "1",
        "0.item": "c3",
        "0.state": "closed",
        "0.date": "2025-01-01",
        "0.origin": "list2024",
        "0.evidence": HOSTILE,
    }
    number = given(giver, "/contribute/clinic.states", state)
    assert HOSTILE not in west.get(f"/review/{number}").text
    assert west.post(f"/review/{number}", {"verdict": "accepted"}).status == 303
    assert "c3,closed,2025-01-01,list2024," in small.read("pack/registers/clinic.states.csv")
    link = {"rows": "1", "0.from": "clinic:c3", "0.relation": "stands_in", "0.to": "park:p1", "0.origin": "deal"}
    number = given(giver, "/contribute/links", link)
    assert top.post(f"/review/{number}", {"verdict": "accepted"}).status == 303
    assert small.read("pack/registers/links.csv").endswith("clinic:c3,stands_in,park:p1,,deal,\n")
    again = giver.post("/contribute/links", link, page="/contribute/links")
    assert "0 行新增" in again.words
    assert 'value="1">送审' not in again.text


@pytest.mark.parametrize(
    ("path", "change", "says"),
    [
        ("clinic.states", {"0.item": "nobody"}, "nobody"),
        ("clinic.states", {"0.state": "gone"}, "gone"),
        ("clinic.states", {"0.date": "yesterday"}, "yesterday"),
        ("links", {"0.to": "park:none"}, "none"),
        ("links", {"0.relation": "loves"}, "loves"),
    ],
)
def test_a_line_that_cannot_enter_says_why_and_the_form_stays_filled(site, path: str, change: dict, says: str) -> None:
    fields = {"rows": "1", "0.item": "c3", "0.state": "closed", "0.date": "2025", "0.origin": "list2024"}
    fields |= {"0.evidence": "停业"}
    if path == "links":
        fields = {"rows": "1", "0.from": "clinic:c3", "0.relation": "stands_in", "0.to": "park:p1", "0.origin": "deal"}
    told = signed(site, "giver").post(f"/contribute/{path}", {**fields, **change}, page=f"/contribute/{path}")
    assert told.status == 422
    assert says in told.words
    assert says in told.text.partition("<form")[2] or "0.state" in change or "0.relation" in change
