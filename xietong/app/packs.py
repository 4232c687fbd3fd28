"""The pack of a site, read once and again only when a file of it has changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from xietong.library.pack import Pack, pack_digest, read_pack


@dataclass
class KeptPack:
    """A pack by its folder; safe to be asked by several at once."""

    path: Path
    _pack: Pack | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> Pack:
        """Return the pack as its files stand now.

        Raises:
            Problems: with every problem of the pack.
        """
        with self._lock:
            if self._pack is None or self._pack.digest != pack_digest(self.path):
                self._pack = read_pack(self.path)
            return self._pack
