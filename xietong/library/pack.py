"""A pack: the facts of one region as people edit them, read whole, with all problems reported at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.collector import at_rest
from xietong.library.concepts import DIRECTIONS, KINDS, Benchmarks, Concept
from xietong.library.decisions import FILE as DECISIONS
from xietong.library.decisions import Decision, read_decisions
from xietong.library.documents import Document
from xietong.library.documents import shown as shown_name
from xietong.library.gazetteer import read_gazetteer
from xietong.library.labels import Label
from xietong.library.origins import Origin
from xietong.library.places import Gazetteer
from xietong.library.placing import READY
from xietong.library.registers.register import Registers, read_registers
from xietong.library.tables import Observation, Table, Vocabulary, read_table
from xietong.library.units import unit

_CONCEPT_REQUIRED = ("label", "unit", "kind", "adds", "direction", "definition")
_CONCEPT_OPTIONAL = ("short", "benchmarks", "currency", "prices", "parts", "ratio", "also", "change_of", "share_of")


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
    decisions: tuple[Decision, ...]
    registers: Registers
    digest: str
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other words for a place in running text, such as *the capital*."""

    @cached_property
    def observations(self) -> list[Observation]:
        """Return the observations of all tables in the order of the files."""
        return [one for table in self.tables for one in table.observations]

    @property
    def origins(self) -> dict[str, Origin]:
        """Return every publication that a table cites, by its id."""
        return {origin.id: origin for table in self.tables for origin in table.origins.values()}

    @property
    def publications(self) -> dict[str, Origin]:
        """Return every publication that a table or a register cites, by its id."""
        return {**self.origins, **self.registers.origins}


@at_rest()
def read_pack(path: Path, shown: str = "") -> Pack:
    """Read the pack in folder ``path``; messages call the folder ``shown``.

    Raises:
        Problems: with every problem of every file.
    """
    shown = shown or shown_name(path)
    errors: list[XietongError] = []
    if not path.is_dir():
        raise Problems(f"pack {shown}", [PackError("pack", "there is no such folder", where=shown)])
    if (path / READY).exists():
        what, ways = (
            "an import into it was cut off",
            ("run any import into it, or list its contributions: that finishes it first",),
        )
        raise Problems(f"pack {shown}", [PackError("pack", what, where=f"{shown}/{READY}", ways=ways)])
    about = Document.read_into(path / "pack.toml", f"{shown}/pack.toml", errors)
    errors += about.demand((), ("id", "title"), ("description", "benchmarks", "also"), tables=("benchmarks", "also"))
    benchmarks = _benchmarks(about, errors)
    gazetteer = read_gazetteer(path, shown, errors)
    concepts = _concepts(path, shown, benchmarks, errors)
    words = Vocabulary(concepts, gazetteer, benchmarks)
    also = _also(about, gazetteer, errors)
    tables = tuple(
        read_table(file, f"{shown}/tables/{file.stem}", words, errors)
        for file in sorted((path / "tables").glob("*.csv"))
    )
    errors += _orphans(path, shown)
    registers = read_registers(path, shown, gazetteer, benchmarks, errors)
    decisions = tuple(read_decisions(path / DECISIONS, f"{shown}/{DECISIONS}", errors))
    if not errors and not any(table.observations for table in tables):
        errors.append(PackError("pack", "no table holds an observation", where=f"{shown}/tables"))
    if errors:
        raise Problems(f"pack {shown}", errors)
    title, description = str(about.data["title"]), str(about.data.get("description", ""))
    return Pack(
        str(about.data["id"]), Label.parse(title), Label.parse(description), path, benchmarks, gazetteer, concepts,
        tables, decisions, registers, pack_digest(path), also,
    )  # fmt: skip


def _also(about: Document, gazetteer: Gazetteer, errors: list[XietongError]) -> dict[str, tuple[str, ...]]:
    """Read the other words for places: a list for each code."""
    found: dict[str, tuple[str, ...]] = {}
    for code, told in about.table("also").items():
        where = about.where("also", code)
        if code not in gazetteer:
            errors.append(UnknownName("also", "place", code, gazetteer.places, where=where))
        elif not isinstance(told, list) or not all(isinstance(one, str) and one for one in told):
            errors.append(PackError("also", f"the words for {code} must be a list of texts", where=where))
        else:
            found[code] = tuple(told)
    return found


def pack_digest(path: Path) -> str:
    """Return the SHA-256 over names and bytes of the pack's data files."""
    sha = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.suffix in (".csv", ".toml")):
        sha.update(file.relative_to(path).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return sha.hexdigest()


def _benchmarks(about: Document, errors: list[XietongError]) -> dict[str, Benchmarks]:
    found: dict[str, Benchmarks] = {}
    for name, spec in about.table("benchmarks").items():
        problems = about.demand(("benchmarks", name), ("label", "order", "names"), lists=("order",), tables=("names",))
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
    path: Path, shown: str, benchmarks: Mapping[str, Benchmarks], errors: list[XietongError]
) -> dict[str, Concept]:
    """Read ``concepts.toml`` and the files of the folder ``concepts``, in which long lists stand by subject."""
    files = [path / "concepts.toml", *sorted((path / "concepts").glob("*.toml"))]
    documents = [Document.read_into(file, f"{shown}/{file.relative_to(path).as_posix()}", errors) for file in files]
    names = [name for document in documents for name in document.data]
    found: dict[str, Concept] = {}
    for document in documents:
        for name in document.data:
            problems = document.demand((name,), _CONCEPT_REQUIRED, _CONCEPT_OPTIONAL, lists=("parts", "also"))
            if not problems:
                problems = _concept_problems(name, document, names, benchmarks)
            if name in found:
                problems.append(PackError(f"concept {name}", "stands in two files", where=document.where(name)))
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
        short=Label.parse(str(spec.get("short", spec["label"]))),
        parts=tuple(str(one) for one in spec.get("parts", ())),
        ratio=_ratio(spec),
        also=tuple(str(one) for one in spec.get("also", ())),
        change_of=str(spec.get("change_of", "")),
        share_of=str(spec.get("share_of", "")),
        prices=str(spec.get("prices", "")),
        **{key: str(spec[key]) for key in ("unit", "kind", "adds", "direction")},
    )


def _ratio(spec: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one.strip() for one in str(spec["ratio"]).split(" / ")) if "ratio" in spec else ()


def _concept_problems(
    name: str, document: Document, names: Sequence[str], benchmarks: Mapping[str, Benchmarks]
) -> list[XietongError]:
    spec, errors = document.table(name), list[XietongError]()
    adds = ("sum", "never", *(f"weighted by {one}" for one in names))
    choices = {"kind": KINDS, "adds": adds, "direction": DIRECTIONS, "benchmarks": ("", *benchmarks)}
    for key, known in choices.items():
        if (text := str(spec.get(key, ""))) not in known:
            errors.append(UnknownName(f"concept {name}", key, text, known, where=document.where(name, key)))
    others = {key: [str(spec[key])] for key in ("change_of", "share_of") if key in spec}
    for key, related in {"parts": spec.get("parts", ()), "ratio": _ratio(spec), **others}.items():
        unknown, where = [str(one) for one in related if one not in names], document.where(name, key)
        errors += [UnknownName(f"concept {name}", "concept", one, names, where=where) for one in unknown]
    if "ratio" in spec and len(_ratio(spec)) != 2:
        what, ways = "the ratio names no two concepts", ('write ratio = "numerator / denominator"',)
        errors.append(PackError(f"concept {name}", what, where=document.where(name, "ratio"), ways=ways))
    try:
        unit(str(spec["unit"]))
    except UnknownName as error:
        errors.append(PackError(f"concept {name}", error.what, ways=error.ways, where=document.where(name, "unit")))
    return errors


def _orphans(path: Path, shown: str) -> list[XietongError]:
    """Return one error for each thing in ``tables/`` that is no table: nothing that lies there is passed over."""
    strange: list[XietongError] = [
        PackError("pack", "this is no table", where=f"{shown}/tables/{one.name}", ways=("move it out of tables/",))
        for one in sorted((path / "tables").glob("*"))
        if one.is_dir() or one.suffix not in (".csv", ".toml")
    ]
    return strange + [
        PackError("pack", "a sidecar without its table", where=f"{shown}/tables/{file.name}", ways=("add the CSV",))
        for file in sorted((path / "tables").glob("*.toml"))
        if not file.with_suffix(".csv").exists()
    ]
