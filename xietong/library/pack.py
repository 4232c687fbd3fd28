"""A pack: the facts of one region as people edit them, read whole, with all problems reported at once."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.concepts import DIRECTIONS, KINDS, Benchmarks, Concept
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.origins import Origin
from xietong.library.places import Gazetteer, Perimeter, Place
from xietong.library.tables import Observation, Table, Vocabulary, read_table
from xietong.library.units import unit

_CONCEPT_REQUIRED = ("label", "unit", "kind", "adds", "direction", "definition")
_CONCEPT_OPTIONAL = ("benchmarks", "currency", "prices")


@dataclass(frozen=True)
class Pack:
    """Everything a pack states; ``digest`` changes with any byte of any of its files."""

    id: str
    title: Label
    description: Label
    path: Path
    benchmarks: Mapping[str, Benchmarks]
    gazetteer: Gazetteer
    concepts: Mapping[str, Concept]
    tables: tuple[Table, ...]
    digest: str

    @property
    def observations(self) -> list[Observation]:
        """Return the observations of all tables in the order of the files."""
        return [one for table in self.tables for one in table.observations]

    @property
    def origins(self) -> dict[str, Origin]:
        """Return every cited publication by its id."""
        return {origin.id: origin for table in self.tables for origin in table.origins.values()}


def read_pack(path: Path, shown: str = "") -> Pack:
    """Read the pack in folder ``path``; messages call the folder ``shown``.

    Raises:
        Problems: with every problem of every file.
    """
    shown = shown or path.as_posix()
    errors: list[XietongError] = []
    if not path.is_dir():
        raise Problems(f"pack {shown}", [PackError("pack", "there is no such folder", where=shown)])
    about = _read(path / "pack.toml", f"{shown}/pack.toml", errors)
    errors += about.demand((), ("id", "title"), ("description", "benchmarks"))
    benchmarks = _benchmarks(about, errors)
    gazetteer = _gazetteer(path, shown, errors)
    concepts = _concepts(_read(path / "concepts.toml", f"{shown}/concepts.toml", errors), benchmarks, errors)
    words = Vocabulary(concepts, gazetteer, benchmarks)
    tables = tuple(
        read_table(file, f"{shown}/tables/{file.stem}", words, errors)
        for file in sorted((path / "tables").glob("*.csv"))
    )
    errors += _orphans(path, shown)
    if errors:
        raise Problems(f"pack {shown}", errors)
    title, description = str(about.data["title"]), str(about.data.get("description", ""))
    return Pack(
        str(about.data["id"]), Label.parse(title), Label.parse(description), path, benchmarks, gazetteer, concepts,
        tables, pack_digest(path),
    )  # fmt: skip


def pack_digest(path: Path) -> str:
    """Return the SHA-256 over names and bytes of the pack's data files."""
    sha = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.suffix in (".csv", ".toml")):
        sha.update(file.relative_to(path).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return sha.hexdigest()


def _read(path: Path, shown: str, errors: list[XietongError]) -> Document:
    try:
        return Document.read(path, shown)
    except PackError as error:
        errors.append(error)
        return Document(path, {}, {}, shown)


def _benchmarks(about: Document, errors: list[XietongError]) -> dict[str, Benchmarks]:
    found: dict[str, Benchmarks] = {}
    for name, spec in about.table("benchmarks").items():
        problems = about.demand(("benchmarks", name), ("label", "order", "names"))
        errors += problems
        if not problems:
            names = {key: Label.parse(str(text)) for key, text in spec["names"].items()}
            order = tuple(str(one) for one in spec["order"])
            for one in (one for one in order if one not in names):
                what = f"benchmark '{one}' has no name"
                errors.append(PackError(f"benchmarks.{name}", what, where=about.where("benchmarks", name, "names")))
            found[name] = Benchmarks(name, Label.parse(str(spec["label"])), order, names)
    return found


def _concepts(
    document: Document, benchmarks: Mapping[str, Benchmarks], errors: list[XietongError]
) -> dict[str, Concept]:
    found: dict[str, Concept] = {}
    for name in document.data:
        problems = document.demand((name,), _CONCEPT_REQUIRED, _CONCEPT_OPTIONAL)
        if not problems:
            problems = _concept_problems(name, document, benchmarks)
        errors += problems
        if not problems:
            found[name] = _concept(name, document.table(name))
    return found


def _concept(name: str, spec: Mapping[str, Any]) -> Concept:
    return Concept(
        id=name,
        label=Label.parse(str(spec["label"])),
        benchmarks=str(spec.get("benchmarks", "")),
        definition=Label.parse(str(spec["definition"])),
        **{key: str(spec[key]) for key in ("unit", "kind", "adds", "direction")},
    )


def _concept_problems(name: str, document: Document, benchmarks: Mapping[str, Benchmarks]) -> list[XietongError]:
    spec, errors = document.table(name), list[XietongError]()
    choices = {"kind": KINDS, "direction": DIRECTIONS, "benchmarks": ("", *benchmarks)}
    for key, known in choices.items():
        if (text := str(spec.get(key, ""))) not in known:
            errors.append(UnknownName(f"concept {name}", key, text, known, where=document.where(name, key)))
    try:
        unit(str(spec["unit"]))
    except UnknownName as error:
        errors.append(PackError(f"concept {name}", error.what, ways=error.ways, where=document.where(name, "unit")))
    return errors


def _gazetteer(path: Path, shown: str, errors: list[XietongError]) -> Gazetteer:
    places: dict[str, Place] = {}
    try:
        with (path / "places.csv").open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                if row["code"] in places:
                    where = f"{shown}/places.csv:{reader.line_num}"
                    errors.append(PackError("places", f"code '{row['code']}' stands twice", where=where))
                label = Label(row["name_zh"], row["name_en"])
                places[row["code"]] = Place(
                    row["code"], label, row["short_zh"], row["level"], row["parent"], row["valid_from"], row["valid_to"]
                )
    except FileNotFoundError:
        errors.append(PackError("places", "the file does not exist", where=f"{shown}/places.csv"))
    except KeyError as error:
        errors.append(PackError("places", f"column {error} is missing", where=f"{shown}/places.csv:1"))
    return Gazetteer(places, _perimeters(path, shown, places, errors))


def _perimeters(
    path: Path, shown: str, places: Mapping[str, Place], errors: list[XietongError]
) -> dict[str, Perimeter]:
    document = _read(path / "perimeters.toml", f"{shown}/perimeters.toml", errors)
    found: dict[str, Perimeter] = {}
    for name, spec in document.data.items():
        problems = document.demand((name,), ("label", "short", "members", "reason"), ("valid_from", "valid_to"))
        members = tuple(str(one) for one in spec.get("members", ()))
        where = document.where(name, "members")
        unknown = [one for one in members if one not in places]
        problems += [UnknownName(f"perimeter {name}", "place", one, places, where=where) for one in unknown]
        errors += problems
        if not problems:
            label, short, reason = (Label.parse(str(spec[key])) for key in ("label", "short", "reason"))
            found[name] = Perimeter(name, label, short, members, reason)
    return found


def _orphans(path: Path, shown: str) -> list[XietongError]:
    return [
        PackError("pack", "a sidecar without its table", where=f"{shown}/tables/{file.name}", ways=("add the CSV",))
        for file in sorted((path / "tables").glob("*.toml"))
        if not file.with_suffix(".csv").exists()
    ]
