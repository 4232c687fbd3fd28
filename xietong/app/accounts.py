"""Accounts at the desk: added, listed, the log, in lines; and the database of a pack in which they stand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xietong.library.contributions import SETTING, jurisdiction_of, opened
from xietong.library.labels import Language
from xietong.library.pack import read_pack
from xietong.library.placing import JOURNAL
from xietong.library.registers.accounts import ROLES, VERBS, Account, Accounts, Done


@contextmanager
def accounts(path: Path) -> Iterator[Accounts]:
    """Open the accounts of a pack.

    Raises:
        JournalError: when the journal in which they stand cannot be opened.
    """
    with opened(path) as journal:
        yield Accounts(journal)


def any_account(path: Path) -> bool:
    """Return whether a pack has accounts; a journal is not made for the question.

    Raises:
        JournalError: when the journal in which they stand cannot be opened.
    """
    if not os.environ.get(SETTING) and not (path / JOURNAL).exists():
        return False
    with accounts(path) as kept:
        return bool(kept.all())


def add(path: Path, name: str, office: str, jurisdiction: str, role: str, password: str) -> str:
    """Make an account of an office for a place, and return it in one line.

    Raises:
        JournalError: when there is one of that name, or name, office or password will not do.
        UnknownName: when there is no such place or role.
    """
    gazetteer = read_pack(path).gazetteer
    place = jurisdiction_of(jurisdiction, gazetteer)
    with accounts(path) as kept:
        kept.add(Account(name, office.strip(), place, role), password)
        return _line(kept[name], f"{place} {gazetteer.label(place)}", "zh")


def listed(path: Path, language: Language) -> list[str]:
    """Return the accounts of a pack, one in a line.

    Raises:
        JournalError: when the journal in which they stand cannot be opened.
    """
    if not any_account(path):
        return []
    gazetteer = read_pack(path).gazetteer
    with accounts(path) as kept:
        return [_line(one, f"{one.jurisdiction} {gazetteer.label(one.jurisdiction, language)}", language)
                for one in kept.all()]  # fmt: skip


def _line(one: Account, place: str, language: Language) -> str:
    return f"{one.name} · {one.office} · {place} · {ROLES[one.role].text(language)} · {one.moment}"


def log(path: Path, count: int, language: Language) -> list[str]:
    """Return the last lines of the log, the newest first: when, who, what, from where.

    Raises:
        JournalError: when the journal in which they stand cannot be opened.
    """
    if not os.environ.get(SETTING) and not (path / JOURNAL).exists():
        return []
    with accounts(path) as kept:
        return [_done(one, language) for one in kept.log(count)]


def _done(one: Done, language: Language) -> str:
    who = f"{one.account} {one.office}".strip()
    told = (one.moment, f"{who} ({one.jurisdiction})" if one.jurisdiction else who or "—")
    return " · ".join(filter(None, (*told, VERBS[one.verb].text(language), one.what, one.address)))
