"""Accounts of offices: who may write through the observatory, with which role, for which place; and what they did.

They stand in the database of the journal, in tables of their own. An account is a login of an office and no person. The
log of what was done is only added to; what is kept of passwords and tokens goes with the account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from xietong.errors import JournalError, UnknownName, XietongError
from xietong.library.labels import Label
from xietong.library.passwords import LEAST, drawn, holds, kept, token_digest
from xietong.library.registers.journal import Journal

ROLES: Mapping[str, Label] = {
    "contributor": Label("供稿", "contributor"),
    "reviewer": Label("审核", "reviewer"),
}
"""A contributor gives entries; a reviewer also rules on those of its places, and on suspicions."""
VERBS: Mapping[str, Label] = {
    "account added": Label("建立账户", "account added"),
    "account removed": Label("删除账户", "account removed"),
    "token made": Label("发出令牌", "token made"),
    "signed in": Label("登录", "signed in"),
    "sign-in refused": Label("登录被拒", "sign-in refused"),
    "signed out": Label("退出", "signed out"),
    "contributed": Label("供稿", "contributed"),
    "accepted": Label("接受", "accepted"),
    "returned": Label("退回", "returned"),
    "decided": Label("裁定疑点", "decided"),
}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_TABLE, _LOG = "accounts", "account_log"
_SCHEMA = (
    f"CREATE TABLE {_TABLE} (name TEXT PRIMARY KEY, office TEXT NOT NULL, jurisdiction TEXT NOT NULL, "
    "role TEXT NOT NULL CHECK (role IN ('contributor', 'reviewer')), moment TEXT NOT NULL, secret TEXT NOT NULL)",
    "CREATE TABLE account_tokens (name TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, moment TEXT NOT NULL)",
    f"CREATE TABLE {_LOG} (number INTEGER PRIMARY KEY, moment TEXT NOT NULL, account TEXT NOT NULL, "
    "office TEXT NOT NULL, jurisdiction TEXT NOT NULL, verb TEXT NOT NULL, what TEXT NOT NULL, address TEXT NOT NULL)",
)
_FIELDS = "a.name, a.office, a.jurisdiction, a.role, a.moment"


@dataclass(frozen=True)
class Account:
    """A login of an office: the place for which it speaks, what it may do, and when it was made."""

    name: str
    office: str
    jurisdiction: str
    role: str
    moment: str = ""

    @property
    def reviews(self) -> bool:
        """Return whether it may rule."""
        return self.role == "reviewer"


NOBODY = Account("", "", "", "")


@dataclass(frozen=True)
class Done:
    """A line of the log: when, which account of which office, what, and from which address."""

    moment: str
    account: str
    office: str
    jurisdiction: str
    verb: str
    what: str
    address: str


class Accounts:
    """The accounts of one pack and their log, in the database of an opened journal."""

    def __init__(self, journal: Journal) -> None:
        self._engine = journal.engine
        if not self._engine.has_tables(_TABLE):
            with self._engine.transaction():
                if not self._engine.has_tables(_TABLE):
                    for one in (*_SCHEMA, *self._engine.stays(_LOG)):
                        self._engine.rows(one)

    def add(self, account: Account, password: str) -> None:
        """Make an account.

        Raises:
            JournalError: when there is one of that name, or name, office or password will not do.
            UnknownName: when there is no such role.
        """
        if errors := _problems(account, password):
            raise errors[0]
        secret = kept(password)
        with self._engine.transaction():
            if self._found("a.name = ?", account.name):
                ways = ("choose another name", f"or remove it first: xietong account remove {account.name}")
                raise JournalError(f"account {account.name}", "there is one of that name", ways=ways)
            told = (account.name, account.office, account.jurisdiction, account.role, _now(), secret)
            self._engine.rows(f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?, ?, ?)", *told)
            self._write(account, "account added", account.role, "")

    def remove(self, name: str) -> Account:
        """Remove an account with its password and token, and return it; what it did stays in the log.

        Raises:
            UnknownName: when there is none of that name.
        """
        with self._engine.transaction():
            one = self[name]
            for table in (_TABLE, "account_tokens"):
                self._engine.rows(f"DELETE FROM {table} WHERE name = ?", name)
            self._write(one, "account removed", "", "")
        return one

    def token(self, name: str) -> str:
        """Make a token of an account and return it, this once; one that was made before no longer holds.

        Raises:
            UnknownName: when there is no account of that name.
        """
        token = drawn()
        with self._engine.transaction():
            one = self[name]
            self._engine.rows("DELETE FROM account_tokens WHERE name = ?", name)
            self._engine.rows("INSERT INTO account_tokens VALUES (?, ?, ?)", name, token_digest(token), _now())
            self._write(one, "token made", "", "")
        return token

    def all(self) -> list[Account]:
        """Return every account by name."""
        return self._found("1 = 1")

    def get(self, name: str) -> Account | None:
        """Return an account, None when there is none of that name."""
        return next(iter(self._found("a.name = ?", name)), None)

    def __getitem__(self, name: str) -> Account:
        """Return an account.

        Raises:
            UnknownName: when there is none of that name.
        """
        if (found := self.get(name)) is None:
            raise UnknownName("account", "account", name, [one.name for one in self.all()])
        return found

    def by_password(self, name: str, password: str) -> Account | None:
        """Return the account of a name and its password; a name that nobody has takes as long to refuse."""
        secrets = self._engine.rows(f"SELECT secret FROM {_TABLE} WHERE name = ?", name)
        secret = str(secrets[0][0]) if secrets else _decoy()
        return self.get(name) if holds(password, secret) and secrets else None

    def by_token(self, token: str) -> Account | None:
        """Return the account of a token, None when it is of none."""
        asked = "EXISTS (SELECT 1 FROM account_tokens t WHERE t.name = a.name AND t.digest = ?)"
        return next(iter(self._found(asked, token_digest(token))), None)

    def write(self, account: Account, verb: str, what: str, address: str) -> None:
        """Write into the log what an account did."""
        with self._engine.transaction():
            self._write(account, verb, what, address)

    def log(self, count: int) -> list[Done]:
        """Return the last lines of the log, the newest first."""
        asked = f"SELECT moment, account, office, jurisdiction, verb, what, address FROM {_LOG} ORDER BY number DESC"
        return [Done(*row) for row in self._engine.rows(f"{asked} LIMIT ?", count)]

    def _write(self, account: Account, verb: str, what: str, address: str) -> None:
        ((number,),) = self._engine.rows(f"SELECT COALESCE(MAX(number), 0) + 1 FROM {_LOG}")
        told = (number, _now(), account.name, account.office, account.jurisdiction, verb, what, address)
        self._engine.rows(f"INSERT INTO {_LOG} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *told)

    def _found(self, asked: str, *values: object) -> list[Account]:
        rows = self._engine.rows(f"SELECT {_FIELDS} FROM {_TABLE} a WHERE {asked} ORDER BY a.name", *values)
        return [Account(*row) for row in rows]


@cache
def _decoy() -> str:
    return kept(drawn())


def _problems(account: Account, password: str) -> list[XietongError]:
    who, errors = f"account {account.name}", list[XietongError]()
    if not _NAME.fullmatch(account.name):
        ways = ("2 to 40 signs of a to z, 0 to 9, '.', '-' and '_'; a login of an office, no person's name",)
        errors.append(JournalError("account", f"'{account.name}' will not do as a name", ways=ways))
    if not account.office.strip() or not account.office.isprintable():
        errors.append(JournalError(who, "'office' is empty or more than one line", ways=("say the office",)))
    if account.role not in ROLES:
        errors.append(UnknownName(who, "role", account.role, ROLES))
    if len(password) < LEAST:
        errors.append(JournalError(who, f"the password has fewer than {LEAST} signs", ways=("let one be drawn",)))
    return errors


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
