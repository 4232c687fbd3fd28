"""Real names with their real defects, and which of them are one thing: read, compared, and counted."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.places import Gazetteer
from xietong.library.registers.candidates import Candidate, candidates
from xietong.library.registers.classes import Attribute, RegisterClass
from xietong.library.registers.register import Register
from xietong.library.registers.rows import Row

FOLDER = Path(__file__).parent / "labelled"
SETS = ("hospitals", "sights", "companies")
_PLAIN = Label("真实名称 | real names", "real names")


@dataclass(frozen=True)
class Labelled:
    """A register of names, the pairs that are one thing, and those of which it is not known."""

    register: Register
    same: frozenset[frozenset[str]]
    unclear: frozenset[frozenset[str]]


@dataclass(frozen=True)
class Rates:
    """What became of the pairs at a threshold."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)


def kind(name: str) -> RegisterClass:
    origin = Origin(
        "o", "见说明", "见说明", "2024", "", "x", "x", Grade.TRANSCRIPTION, "public", "", Flag.OBSERVED, "", ""
    )
    attributes = {
        one: Attribute(one, Label(one, one), told, {}, "", many=False)
        for one, told in (("code", "code"), ("address", "text"))
    }
    return RegisterClass(name, _PLAIN, _PLAIN, ("code",), attributes, {}, {}, (), (), {"o": origin}, "")


def read(name: str, *, codes: bool = True, addresses: bool = True) -> Labelled:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    rows = [
        Row(
            f"{name}.csv:{line}", one["item"], one["name"], (one["place"],) if one["place"] else (), "o",
            (one["code"] if codes else "", one["address"] if addresses else ""),
        )
        for line, one in enumerate(told, 2)
    ]  # fmt: skip
    things: dict[str, list[str]] = {}
    for one in told:
        things.setdefault(one["thing"], []).append(one["item"])
    same = {frozenset(pair) for items in things.values() for pair in combinations(items, 2)}
    unclear = {frozenset((one["item"], other)) for one in told for other in filter(None, one["unclear"].split(";"))}
    return Labelled(Register(kind(name), rows), frozenset(same), frozenset(unclear))


def found(labelled: Labelled, gazetteer: Gazetteer, threshold: float = 0.01) -> dict[frozenset[str], Candidate]:
    told = candidates(labelled.register, gazetteer, threshold).all
    return {frozenset((one.kept, one.other)): one for one in told}


def rates(labelled: Labelled, told: dict[frozenset[str], Candidate], threshold: float) -> Rates:
    pairs = {pair for pair, one in told.items() if one.score >= threshold} - labelled.unclear
    return Rates(len(pairs & labelled.same), len(pairs - labelled.same), len(labelled.same - pairs))
