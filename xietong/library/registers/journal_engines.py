"""Where a journal is kept: a file of SQLite, or a database of PostgreSQL for a team. Nothing else tells them apart.

Both write one at a time, answer a commit only when it is on the disk, and refuse to change or delete what is written.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from xietong.errors import JournalError

PATIENCE = 60.0
"""Seconds for which another writer is waited for."""
SCHEME = ("postgresql://", "postgres://")
TABLES = ("journal", "contributions", "rulings", "placings")
_SCHEMA = (
    "CREATE TABLE journal (format INTEGER NOT NULL, pack TEXT NOT NULL)",
    "CREATE TABLE contributions (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, jurisdiction TEXT NOT NULL, "
    "office TEXT NOT NULL, moment TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, reading TEXT NOT NULL, "
    "difference TEXT NOT NULL, content {blob} NOT NULL)",
    "CREATE TABLE rulings (number INTEGER PRIMARY KEY, contribution INTEGER NOT NULL UNIQUE "
    "REFERENCES contributions, verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'returned')), "
    "office TEXT NOT NULL, jurisdiction TEXT NOT NULL, moment TEXT NOT NULL, reason TEXT NOT NULL)",
    "CREATE TABLE placings (contribution INTEGER PRIMARY KEY REFERENCES contributions, moment TEXT NOT NULL)",
)


class Engine(Protocol):
    """What a journal asks of a database; questions are written with ``?`` for each value."""

    shown: str

    def transaction(self) -> AbstractContextManager[None]:
        """Be the only writer; all that is written counts at the end, or nothing when an error is raised."""

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a question finds, or nothing where it writes."""

    def has_tables(self, one: str = TABLES[0]) -> bool:
        """Return whether the tables of a journal are there, or those to which another one belongs."""

    def stays(self, table: str) -> Sequence[str]:
        """Return what keeps the lines of a table from being changed."""

    def schema(self) -> Sequence[str]:
        """Return what makes the tables, and keeps what is in them from being changed."""

    def close(self) -> None:
        """Close the connection."""


def engine(place: str | Path) -> Engine:
    """Open the database at a file or an address.

    Raises:
        JournalError: when it cannot be opened.
    """
    return Postgresql(place) if isinstance(place, str) and place.startswith(SCHEME) else Sqlite(Path(place))


@contextmanager
def _told(shown: str, errors: type[Exception]) -> Iterator[None]:
    """Say whatever the engine says as an error of the journal."""
    try:
        yield
    except errors as error:
        ways = ("see that it can be reached and written; nothing that was acknowledged is lost",)
        what = f"the database says: {str(error).strip()}"
        raise JournalError("journal", what, where=shown, ways=ways) from None


class Sqlite:
    """A journal in one file beside its write-ahead log."""

    def __init__(self, file: Path) -> None:
        self.shown = file.as_posix()
        with _told(self.shown, sqlite3.Error):
            self._connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
            self._log_ahead(time.monotonic() + PATIENCE)
            for setting in ("synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {setting}")

    def _log_ahead(self, until: float) -> None:
        """Have changes written ahead; two that are first at the same time do not wait for each other by themselves."""
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
                time.sleep(0.005)
            else:
                return

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Be the only writer; all that is written counts at the end, or nothing when an error is raised."""
        with _told(self.shown, sqlite3.Error):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a question finds, or nothing where it writes."""
        with _told(self.shown, sqlite3.Error):
            return self._connection.execute(question, values).fetchall()

    def has_tables(self, one: str = TABLES[0]) -> bool:
        """Return whether the tables of a journal are there, or those to which another one belongs."""
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", one))

    def stays(self, table: str) -> Sequence[str]:
        """Return what keeps the lines of a table from being changed."""
        return [
            f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'what is in the journal stays'); END"
            for verb in ("UPDATE", "DELETE")
        ]

    def schema(self) -> Sequence[str]:
        """Return what makes the tables, and keeps what is in them from being changed."""
        kept = [one for table in TABLES for one in self.stays(table)]
        return [*(one.format(blob="BLOB") for one in _SCHEMA), *kept]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Postgresql:
    """A journal in a database of its own on a server."""

    def __init__(self, address: str) -> None:
        try:
            import psycopg
        except ImportError as error:
            ways = ("install xietong[postgresql]",)
            raise JournalError("journal", f"psycopg cannot be loaded: {error}", ways=ways) from None
        self._errors = psycopg.Error
        self.shown = "postgresql"
        with _told(self.shown, self._errors):
            self._connection = psycopg.connect(address, autocommit=True)
            self.shown = f"postgresql:{self._connection.info.dbname}"
            self._connection.execute("SET synchronous_commit = on")
            self._connection.execute(f"SET lock_timeout = {int(PATIENCE * 1000)}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Be the only writer; all that is written counts at the end, or nothing when an error is raised."""
        with _told(self.shown, self._errors), self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(hashtext('xietong journal'))")
            yield

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a question finds, or nothing where it writes."""
        with _told(self.shown, self._errors):
            done = self._connection.execute(question.replace("?", "%s").encode(), values or None)
            return done.fetchall() if done.description else []

    def has_tables(self, one: str = TABLES[0]) -> bool:
        """Return whether the tables of a journal are there, or those to which another one belongs."""
        asked = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?"
        return bool(self.rows(asked, one))

    def stays(self, table: str) -> Sequence[str]:
        """Return what keeps the lines of a table from being changed."""
        return [
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_stays()"
        ]

    def schema(self) -> Sequence[str]:
        """Return what makes the tables, and keeps what is in them from being changed."""
        stays = (
            "CREATE FUNCTION journal_stays() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'what is in the journal stays'; END $$"
        )
        kept = [one for table in TABLES for one in self.stays(table)]
        return [*(one.format(blob="BYTEA") for one in _SCHEMA), stays, *kept]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
