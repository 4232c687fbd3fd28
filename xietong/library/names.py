"""Columns of text kept as labels and positions: a million cells name a few thousand places, periods and sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Names:
    """A column of text: row ``i`` reads ``labels[at[i]]``; labels stand in the order in which they first occur."""

    labels: tuple[str, ...]
    at: NDArray[np.int32]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Names:
        """Return the column of ``texts``."""
        found: dict[str, int] = {}
        at = np.fromiter((found.setdefault(text, len(found)) for text in texts), dtype=np.int32)
        return cls(tuple(found), at)

    @classmethod
    def same(cls, text: str, count: int) -> Names:
        """Return a column of ``count`` rows that all read ``text``."""
        return cls((text,), np.zeros(count, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, row: int) -> str:
        return self.labels[int(self.at[row])]

    def texts(self) -> list[str]:
        """Return the text of every row."""
        return [self.labels[at] for at in self.at.tolist()]

    def is_in(self, wanted: Sequence[str]) -> NDArray[np.bool_]:
        """Return for every row whether it reads one of ``wanted``."""
        known = set(wanted)
        return np.array([label in known for label in self.labels], dtype=bool)[self.at]
