"""Accounts: made on the command line, kept in the journal's database; sessions, tokens, forms, limits, the log."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from browsing import Visitor
from click.testing import CliRunner
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.app import desk
from xietong.app.accounts import accounts, any_account
from xietong.app.limits import Limit
from xietong.app.server import application
from xietong.app.web.forms import plain_name
from xietong.cli import main
from xietong.errors import AccessError, JournalError, UnknownName
from xietong.library import passwords
from xietong.library.contributions import SETTING
from xietong.library.passwords import holds, kept
from xietong.library.registers.accounts import Account

PACK = Path("small/pack")
SECRET = "twelve signs at least"
QUICK = (2**4, 8, 1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords.kept, "__defaults__", (QUICK,))


@pytest.fixture(params=["sqlite", "postgresql"])
def workshop(request: pytest.FixtureRequest, small: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The small pack with accounts in either kind of database."""
    monkeypatch.delenv(SETTING, raising=False)
    if request.param == "postgresql":
        import psycopg

        address, name = request.getfixturevalue("server"), f"a{random.getrandbits(60)}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        monkeypatch.setenv(SETTING, f"{address}?options=-csearch_path%3D{name}")
    return small


@pytest.fixture
def site(small: Workshop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SETTING, raising=False)
    desk.build(small.study, Path("out"))
    return application(small.study, Path("out"))


def run(*words: str, typed: str = "") -> str:
    done = CliRunner().invoke(main, ["account", *words, "--pack", PACK.as_posix()], input=typed)
    assert done.exit_code in (0, 1), done.output
    return done.output


def made(name: str = "west", role: str = "reviewer", place: str = "120") -> None:
    with accounts(PACK) as all_of_them:
        all_of_them.add(Account(name, "西省卫生局", place, role), SECRET)


def test_an_account_is_made_listed_and_removed(workshop: Workshop) -> None:
    assert not any_account(PACK)
    told = run(
        "add",
        "west",
        "--office",
        "西省卫生局",
        "--jurisdiction",
        "西省",
        "--role",
        "reviewer",
        typed=f"{SECRET}\n{SECRET}\n",
    )
    assert "west · 西省卫生局 · 120 西 · 审核 · " in told
    assert "west · 西省卫生局 · 120 " in run("list", "--language", "en")
    assert "there is one of that name" in run(
        "add", "west", "--office", "x", "--jurisdiction", "120", "--role", "reviewer", "--draw"
    )
    with accounts(PACK) as kept_ones:
        assert kept_ones.by_password("west", SECRET) == kept_ones["west"]
        assert kept_ones.by_password("west", SECRET + " ") is None
        assert kept_ones.by_password("east", SECRET) is None
    assert "west removed" in run("remove", "west")
    assert run("list") == ""
    assert [line.split(" · ")[2] for line in run("log").splitlines()] == ["删除账户", "建立账户"]


def test_a_drawn_password_is_printed_once_and_holds(workshop: Workshop) -> None:
    told = run("add", "west", "--office", "西省卫生局", "--jurisdiction", "120", "--role", "contributor", "--draw")
    password = re.search(r"^password (\S{20,})$", told, re.MULTILINE).group(1)
    with accounts(PACK) as kept_ones:
        assert kept_ones.by_password("west", password)
    assert password not in run("list") + run("log")


def test_a_token_replaces_the_one_before_and_goes_with_its_account(workshop: Workshop) -> None:
    made()
    first, second = run("token", "west").strip(), run("token", "west").strip()
    with accounts(PACK) as kept_ones:
        assert kept_ones.by_token(first) is None
        assert kept_ones.by_token(second) == kept_ones["west"]
        kept_ones.remove("west")
        assert kept_ones.by_token(second) is None
    assert "no account 'west'" in run("token", "west")


def test_what_was_done_is_not_taken_back(workshop: Workshop) -> None:
    made()
    with accounts(PACK) as kept_ones:
        for question in ("UPDATE account_log SET account = 'x'", "DELETE FROM account_log"):
            with pytest.raises(JournalError, match="what is in the journal stays"):
                kept_ones._engine.rows(question)
        assert len(kept_ones.log(9)) == 1


@pytest.mark.parametrize(("account", "password", "says"), [
    (Account("W", "局", "120", "reviewer"), SECRET, "will not do as a name"),
    (Account("west", " ", "120", "reviewer"), SECRET, "'office' is empty"),
    (Account("west", "局\n局", "120", "reviewer"), SECRET, "more than one line"),
    (Account("west", "局", "120", "admin"), SECRET, "no role 'admin'"),
    (Account("west", "局", "120", "reviewer"), "short", "fewer than 12 signs"),
])  # fmt: skip
def test_what_will_not_do_is_refused(small: Workshop, account: Account, password: str, says: str) -> None:
    with accounts(PACK) as kept_ones, pytest.raises((JournalError, UnknownName), match=re.escape(says)):
        kept_ones.add(account, password)
    assert not any_account(PACK)


@given(st.text(max_size=30), st.text(max_size=30))
def test_only_the_password_itself_holds(one: str, other: str) -> None:
    told = kept(one, QUICK)
    assert holds(one, told)
    assert one.encode("utf-8", "replace") == other.encode("utf-8", "replace") or not holds(other, told)
    assert kept(one, QUICK) != told


def test_the_cost_of_a_password_stands_beside_it() -> None:
    assert kept("x" * 12, passwords.COST).startswith("scrypt$131072$8$1$")


def test_limits_come_back_with_time() -> None:
    now = [0.0]
    limit = Limit("things", 2, 10, clock=lambda: now[0])
    limit.take("a")
    limit.take("a")
    limit.take("b")
    with pytest.raises(AccessError) as caught:
        limit.take("a")
    assert (caught.value.status, caught.value.seconds) == (429, 5)
    now[0] = 5.0
    limit.take("a")


@given(st.text())
def test_the_name_of_a_file_leads_nowhere(name: str) -> None:
    plain = plain_name(name)
    assert plain
    assert not set(plain) & set("/\\\n\r\0")
    assert plain not in (".", "..")


def test_signing_in_and_out(site) -> None:
    made()
    visitor = Visitor(site)
    assert "登录" in visitor.get("/account").words
    told = visitor.sign_in("west", SECRET)
    assert told.status == 303
    cookie = told.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "西省卫生局" in visitor.get("/account").words
    assert "signed in" in visitor.get("/account?language=en").words
    before = visitor.cookie
    assert visitor.post("/account/leave", page="/account").status == 303
    assert "西省卫生局" not in Visitor(site).get("/account").words
    with accounts(PACK) as kept_ones:
        kept_ones.remove("west")
    assert "西省卫生局" not in Visitor(site, before).get("/account").words


def test_a_session_ends_with_its_account_though_another_takes_the_name(site, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    visitor = Visitor(site)
    visitor.sign_in("west", SECRET)
    with accounts(PACK) as kept_ones:
        kept_ones.remove("west")
        monkeypatch.setattr("xietong.library.registers.accounts._now", lambda: "2999-01-01T00:00:00+00:00")
        kept_ones.add(Account("west", "另一个局", "120", "reviewer"), SECRET)
    assert "另一个局" not in visitor.get("/account").words


@pytest.mark.parametrize("cookie", ["xietong=a.b", "xietong=.", "xietong=WyJhIl0=.x", "xietong=\u00e9", "xietong"])
def test_a_made_up_cookie_is_nobodys(site, cookie: str) -> None:
    made()
    told = Visitor(site, cookie).get("/account")
    assert told.status == 200
    assert 'name="password"' in told.text


def test_a_form_needs_the_mark_of_its_session(site) -> None:
    made()
    one, other = Visitor(site), Visitor(site)
    stolen = other.mark("/account")
    for mark in (stolen, "", "é"):
        told = one.post("/account/enter", {"mark": mark, "name": "west", "password": SECRET}, page="none")
        assert told.status == 403, mark
    fields = {"name": "west", "password": SECRET}
    assert one.post("/account/enter", fields, page="/account", origin="http://elsewhere").status == 403
    assert one.post("/account/enter", fields, page="/account", sec_fetch_site="cross-site").status == 403
    assert one.post("/account/enter", fields, page="/account", origin="http://testserver").status == 303


def test_too_many_attempts_are_held_off_and_all_are_in_the_log(site) -> None:
    made()
    visitor = Visitor(site, address="10.0.0.7")
    told = [visitor.sign_in("west", "wrong") for _ in range(6)]
    assert [one.status for one in told] == [403] * 5 + [429]
    assert visitor.sign_in("west", SECRET).status == 429
    assert Visitor(site).sign_in("west", SECRET).status == 303
    assert run("log", "--language", "en").count("sign-in refused · west · 10.0.0.7") == 5


@pytest.mark.parametrize(
    "where", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\r\nSet-Cookie: x=1"]
)
def test_signing_in_leads_to_no_other_site(site, where: str) -> None:
    made()
    visitor = Visitor(site)
    told = visitor.post("/account/enter", {"name": "west", "password": SECRET, "next": where}, page="/account")
    assert told.headers["location"] == "/account?language=zh"


def test_another_address_without_accounts_is_refused(site, small: Workshop) -> None:
    with pytest.raises(JournalError, match="it would answer on 0.0.0.0, and there are no accounts"):
        application(small.study, Path("out"), "0.0.0.0")
    done = CliRunner().invoke(main, ["serve", "--study", str(small.study), "--out", "out", "--host", "0.0.0.0"])
    assert done.exit_code == 1
    assert "xietong account add NAME" in done.output


def test_on_another_address_nobody_reads_without_an_account(site, small: Workshop) -> None:
    made("west", "contributor")
    closed = application(small.study, Path("out"), "0.0.0.0")
    visitor = Visitor(closed)
    assert visitor.get("/").headers["location"] == "/account?next=/"
    assert visitor.get("/oai?verb=Identify", accept="*/*").status == 401
    assert visitor.get("/static/site.css").status == 200
    with accounts(PACK) as kept_ones:
        token = kept_ones.token("west")
    assert visitor.get("/", authorization=f"Bearer {token}").status == 200
    assert visitor.get("/", authorization="Bearer nonsense").status == 401
    visitor.sign_in("west", SECRET)
    assert visitor.get("/").status == 200
    assert "只在本机提供" not in visitor.get("/").words
    assert "只在本机提供" in Visitor(site).get("/").words


def test_hostile_text_is_text(site) -> None:
    with accounts(PACK) as kept_ones:
        kept_ones.add(Account("west", "<script>alert(1)</script>", "120", "reviewer"), SECRET)
    visitor = Visitor(site)
    visitor.sign_in("<img src=x onerror=alert(1)>", "wrong")
    visitor.sign_in("west", SECRET)
    text = visitor.get("/account").text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
