"""Who stands at the door: sessions in a signed cookie, tokens, marks of forms, limits, and what was done and by whom.

The key is drawn when the server starts and is kept nowhere: with the server all sessions end. A session names an
account and when the account was made, and is looked up at every request, so that a removed account is out at once.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from xietong.app.accounts import accounts, any_account
from xietong.app.limits import Limit
from xietong.app.web.forms import Form
from xietong.errors import AccessError
from xietong.library.registers.accounts import NOBODY, Account

COOKIE = "xietong"
HOURS = 12
"""A session ends after so many hours."""


@dataclass(frozen=True)
class Visitor:
    """Who asks: an account or nobody; ``nonce`` is that of the session, and ``fresh`` says that the cookie is new."""

    nonce: str
    account: Account = NOBODY
    by_token: bool = False
    fresh: bool = False


@dataclass
class Door:
    """The door of one site, over the accounts of its pack."""

    pack: Path
    secure: bool = False
    sign_ins: Limit = field(default_factory=lambda: Limit("attempts to sign in", 5, 300))
    writes: Limit = field(default_factory=lambda: Limit("writes", 30, 60))
    runs: Limit = field(default_factory=lambda: Limit("computations", 60, 60))
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    async def visitor(self, request: Request) -> Visitor:
        """Return who asks.

        Raises:
            AccessError: when a token is of no account.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found = await run_in_threadpool(self._by_token, token.strip())
            if found is None:
                raise AccessError("the token is of no account", 401, ways=("make one: xietong account token NAME",))
            return Visitor("", found, by_token=True)
        told = self._read(request.cookies.get(COOKIE, ""))
        if told is None:
            return Visitor(secrets.token_urlsafe(16), fresh=True)
        nonce, name, moment = told
        account = await run_in_threadpool(self._named, name) if name else None
        return Visitor(nonce, account if account and account.moment == moment else NOBODY)

    def keep(self, response: Response, visitor: Visitor) -> None:
        """Set the cookie of a session that is new."""
        if visitor.fresh:
            self._set(response, visitor)

    def enter(self, response: Response, account: Account) -> None:
        """Begin a session of an account; its nonce is new, so that nothing known before holds in it."""
        self._set(response, Visitor(secrets.token_urlsafe(16), account))

    def leave(self, response: Response) -> None:
        """End a session."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self.secure)

    def mark(self, visitor: Visitor) -> str:
        """Return the mark that a form of a visitor carries."""
        return self._signed(f"form {visitor.nonce} {visitor.account.name}")

    def demand_form(self, request: Request, form: Form, visitor: Visitor) -> None:
        """Demand that a form was given out to the visitor that sends it, and sent from a page of this site.

        Raises:
            AccessError: when it was not.
        """
        if visitor.by_token:
            return
        origin = request.headers.get("origin", "")
        foreign = origin not in ("", f"{request.url.scheme}://{request.headers.get('host', '')}")
        if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise AccessError("the form was sent from another site", 403)
        if not hmac.compare_digest(form.text("mark").encode(), self.mark(visitor).encode()):
            ways = ("open the page again and send it from there",)
            raise AccessError("the form was not given out to this session, or the session has ended", 403, ways=ways)

    def demand(self, visitor: Visitor, *, reviews: bool = False) -> Account:
        """Return the account of a visitor that is about to write.

        Raises:
            AccessError: when there is none, it may not do that, or it wrote too often.
        """
        account = visitor.account
        if not account.name:
            raise AccessError("this needs an account of an office", 401, ways=("sign in", "xietong account add NAME"))
        if reviews and not account.reviews:
            ways = ("ask a reviewer of the place",)
            raise AccessError(f"'{account.name}' contributes and does not review", 403, ways=ways)
        self.writes.take(account.name)
        return account

    def sign_in(self, name: str, password: str, address: str) -> Account:
        """Return the account of a name and password; every attempt stands in the log.

        Raises:
            AccessError: when they are of none, or there were too many attempts.
        """
        asker = f"{address} {name}"
        self.sign_ins.take(asker)
        if not any_account(self.pack):
            raise AccessError("there are no accounts yet", 403, ways=("xietong account add NAME",))
        with accounts(self.pack) as kept:
            account = kept.by_password(name, password)
            if account is None:
                shown = "".join(one for one in name if one.isprintable())[:40]
                kept.write(NOBODY, "sign-in refused", shown, address)
                raise AccessError("name and password are of no account", 403)
            kept.write(account, "signed in", "", address)
        self.sign_ins.give_back(asker)
        return account

    def write(self, account: Account, verb: str, what: str, request: Request) -> None:
        """Write into the log what an account did."""
        with accounts(self.pack) as kept:
            kept.write(account, verb, what, address_of(request))

    def _by_token(self, token: str) -> Account | None:
        if not any_account(self.pack):
            return None
        with accounts(self.pack) as kept:
            return kept.by_token(token)

    def _named(self, name: str) -> Account | None:
        with accounts(self.pack) as kept:
            return kept.get(name)

    def _signed(self, text: str) -> str:
        return urlsafe_b64encode(hmac.digest(self._key, text.encode(), "sha256")).decode().rstrip("=")

    def _set(self, response: Response, visitor: Visitor) -> None:
        told = [visitor.nonce, visitor.account.name, visitor.account.moment, int(time.time())]
        text = urlsafe_b64encode(json.dumps(told).encode()).decode()
        response.set_cookie(
            COOKIE, f"{text}.{self._signed(text)}", max_age=HOURS * 3600, httponly=True, samesite="strict",
            secure=self.secure,
        )  # fmt: skip

    def _read(self, cookie: str) -> tuple[str, str, str] | None:
        """Return nonce, name and moment of a cookie that this door has signed and that is not too old."""
        text, _, signed = cookie.partition(".")
        if not hmac.compare_digest(signed.encode("utf-8", "replace"), self._signed(text).encode()):
            return None
        nonce, name, moment, since = json.loads(urlsafe_b64decode(text))
        return (nonce, name, moment) if time.time() - since < HOURS * 3600 else None


def address_of(request: Request) -> str:
    """Return the address from which a request comes."""
    return request.client.host if request.client else ""
