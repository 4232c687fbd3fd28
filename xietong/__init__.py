"""xietong 协同: statistics with their sources in, an audited report on coordinated development out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from xietong.api import Book

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(path: str | Path) -> Book:
    """Open a pack or a study by folder or by short name; see `xietong.api`.

    Raises:
        Problems: with every problem of the pack or the study.
        PackError: when there is no such folder.
    """
    from xietong.api import open_book

    return open_book(path)
