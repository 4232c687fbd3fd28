"""xietong 协同: statistics with their sources in, an audited report on coordinated development out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from xietong.api import Book, Result

__all__ = ["__version__", "measure", "open"]

__version__ = "0.1.0"


def open(path: str | Path) -> Book:
    """Open a pack or a study by folder or by short name; see `xietong.api`.

    Raises:
        Problems: with every problem of the pack or the study.
        PackError: when there is no such folder.
    """
    from xietong.api import open_book

    return open_book(path)


def measure(name: str, /, *, misused: bool = False, **given: Any) -> Result:
    """Compute a measure on arrays, lists or columns of frames, without a pack; see `xietong.api`.

    Raises:
        UnknownName: when there is no such measure.
        Problems: with every parameter and choice that is missing, unknown or of the wrong kind.
        MeasureRefusal: when axes disagree or a precondition of the measure does not hold.
    """
    from xietong.api import measure as measure_bare

    return measure_bare(name, misused=misused, **given)
