"""The check of a site's pack, kept: detectors run again when a table has changed, decisions are read each time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from xietong.app.inspect import Checked, check
from xietong.diagnosis.suspicions.suspicion import Suspicion
from xietong.errors import AccessError, Problems, XietongError
from xietong.library.decisions import FILE, read_decisions, stem
from xietong.library.pack import Pack
from xietong.library.registers.accounts import Account
from xietong.library.registers.totals import within

_Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class KeptCheck:
    """The check of a pack by its folder; safe to be asked by several at once."""

    path: Path
    _checked: Checked | None = None
    _stamp: _Stamp = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> Checked:
        """Return what is suspected as the files stand now, with the decisions as they stand now.

        Raises:
            Problems: with every problem of the pack or of its decisions.
        """
        with self._lock:
            stamp = tuple(self._stamps())
            if self._checked is None or stamp != self._stamp:
                self._checked, self._stamp = check(self.path), stamp
            return _joined(self._checked)

    def _stamps(self) -> Iterator[tuple[str, int, int]]:
        for file in sorted(self.path.rglob("*")):
            if file.suffix in (".csv", ".toml") and file.name != FILE:
                told = file.stat()
                yield file.as_posix(), told.st_mtime_ns, told.st_size


def _joined(checked: Checked) -> Checked:
    errors: list[XietongError] = []
    ruled = read_decisions(checked.decisions, checked.shown, errors)
    if errors:
        raise Problems(f"decisions {checked.shown}", errors)
    judged = tuple(
        replace(one, decisions=tuple(told for told in ruled if told.suspicion == one.suspicion.id))
        for one in checked.inspection.judged
    )
    return replace(checked, inspection=replace(checked.inspection, judged=judged, decisions=tuple(ruled)))


def table_of(suspicion: Suspicion) -> str:
    """Return the table of a suspicion's first cell, without folder and ending."""
    return stem(suspicion.cells[0].table)


def demand_say(account: Account, suspicion: Suspicion, pack: Pack) -> None:
    """Demand that an office has a say about every place of a suspicion; about all places only the one above all has.

    Raises:
        AccessError: when it has not.
    """
    gazetteer = pack.gazetteer
    if gazetteer.places[account.jurisdiction].parent not in gazetteer.places:
        return
    inside = within(account.jurisdiction, gazetteer)
    outside = sorted({one.place for one in suspicion.cells if one.place not in inside})
    if outside:
        shown = ", ".join(f"{code} ({gazetteer.label(code)})" if code else "all places" for code in outside)
        what = (
            f"the suspicion is about {shown}, outside {account.jurisdiction} ({gazetteer.label(account.jurisdiction)})"
        )
        raise AccessError(what, 403, ways=("an office of a place that contains them all decides",))
