"""The pack behind a study while it is served: read when it is first needed, and again when one of its files changed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xietong.app.registers import opened
from xietong.library.pack import Pack, read_pack
from xietong.library.registers.search import Index

_PAUSE = 1.0
"""Seconds between two looks at the files."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class Holdings:
    """A pack with the index of its registers; both follow what people accept while the site is open."""

    path: Path
    out: Path
    day: date | None = None
    _looked: float = -_PAUSE
    _stamp: Stamp = ()
    _pack: Pack | None = None
    _read: Stamp = ()
    _index: dict[tuple[str, date], Index] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the day on which states and counts are told: the day that was said, else that of the clock."""
        return self.day or date.today()

    @property
    def mark(self) -> str:
        """Return what is another text when a file of the pack is another, or the day: pages are kept under it."""
        if time.monotonic() - self._looked >= _PAUSE:
            files = (file for file in sorted(self.path.rglob("*")) if file.is_file())
            seen = ((file.as_posix(), told.st_mtime_ns, told.st_size) for file in files for told in (file.stat(),))
            self._stamp, self._looked = tuple(seen), time.monotonic()
        return f"{hash(self._stamp)} {self.today}"

    @property
    def pack(self) -> Pack:
        """Return the pack as its files are.

        Raises:
            Problems: with every problem of the pack.
        """
        _ = self.mark
        if self._pack is None or self._read != self._stamp:
            self._pack, self._read = read_pack(self.path), self._stamp
        return self._pack

    @property
    def index(self) -> Index:
        """Return the index of the registers of today."""
        key = (self.pack.digest, self.today)
        if key not in self._index:
            for old in self._index.values():
                old.close()
            self._index = {key: opened(self.path, self.out, key[1], _quiet)}
        return self._index[key]


def _quiet(_: str) -> None:
    """Say nothing."""
