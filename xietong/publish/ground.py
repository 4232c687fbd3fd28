"""What every map of a study stands on: its review number (审图号), and the outlines that it may bring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from xietong.errors import PackError
from xietong.library.boundaries import rings_of
from xietong.library.documents import shown as shown_name
from xietong.library.labels import Language
from xietong.library.store import Edition
from xietong.library.supplied_boundaries import Supplied, read_boundaries
from xietong.publish.words import word

__all__ = ["PACKED", "Ground", "ground_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """The review number of the maps of a publication, and outlines of its own where it has them."""

    review: str = ""
    supplied: Supplied | None = None

    def note(self, language: Language) -> str:
        """Return what stands on every map: its review number, or that it is for internal use."""
        return f"{word('review number', language)}: {self.review}" if self.review else word("map note", language)

    def rings_of(self, code: str) -> list[list[Floats]]:
        """Return the polygons of a place in degrees.

        Raises:
            UnknownName: when there is no outline of it.
        """
        return self.supplied.rings_of(code) if self.supplied else rings_of(code)


PACKED = Ground()
"""No review number, and the outlines that the program brings."""


def ground_of(edition: Edition, study: Path) -> Ground:
    """Return what the maps of an edition stand on; a file of boundaries is read in the folder of the study.

    Raises:
        PackError: when the file leads out of the study or is no GeoJSON.
        Problems: with everything that is wrong with its features.
    """
    about = edition.study()["about"]
    review, named = (str(about.get(key, "")) for key in ("map_review_number", "boundaries"))
    if not named:
        return Ground(review)
    path, shown = study / named, f"{shown_name(study)}/{named}"
    if not path.resolve().is_relative_to(study.resolve()):
        raise PackError("boundaries", "this is no file of the study", why="it may not lead out of it", where=shown)
    return Ground(review, read_boundaries(path, shown))
