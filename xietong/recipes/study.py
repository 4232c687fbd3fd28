"""A study: the choices of one report, edited by people, each with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.documents import shown as shown_name
from xietong.library.labels import Label
from xietong.library.pack import Pack, read_pack
from xietong.library.readings import Reading


@dataclass(frozen=True)
class Study:
    """The study in folder ``path``: its pack, its readings and the document of each part."""

    id: str
    title: Label
    path: Path
    shown: str
    about: Document
    pack: Pack
    readings: Mapping[str, Reading]

    def documents(self, name: str) -> list[Document]:
        """Return ``NAME.toml`` and all files of folder ``NAME``, in the order of their names."""
        files = [self.path / f"{name}.toml", *sorted((self.path / name).glob("*.toml"))]
        return [
            Document.read(file, f"{self.shown}/{file.relative_to(self.path).as_posix()}")
            for file in files
            if file.exists()
        ]

    def reading(self, name: str, where: str) -> Reading:
        """Return a reading of the study.

        Raises:
            UnknownName: when the study has none of that name.
        """
        if name not in self.readings:
            raise UnknownName("study", "reading", name, self.readings, where=where)
        return self.readings[name]

    def digest(self) -> str:
        """Return the SHA-256 over the files that decide results (prose and figures are not among them)."""
        sha = hashlib.sha256()
        for file in sorted(self.path.rglob("*.toml")):
            if file.name == "figures.toml":
                continue
            sha.update(file.relative_to(self.path).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        return sha.hexdigest()


def read_study(path: Path) -> Study:
    """Read ``study.toml`` in folder ``path`` and the pack that it names.

    Raises:
        Problems: with every problem of the pack and of the study's readings.
    """
    shown = shown_name(path)
    about = Document.read(path / "study.toml", f"{shown}/study.toml")
    told = ("subtitle", "authors", "internal", "map_review_number", "boundaries", "house_template")
    errors = about.demand((), ("id", "title", "pack", "readings"), told, tables=("readings",))
    readings: dict[str, Reading] = {}
    for name, spec in about.table("readings").items():
        required, optional = ("label", "rule", "reason"), ("benchmark", "day", "origins", "resale")
        problems = about.demand(("readings", name), required, optional, tables=("benchmark",), lists=("origins",))
        try:
            if not problems:
                readings[name] = _reading(name, spec)
        except PackError as error:
            problems = [PackError(error.who, error.what, ways=error.ways, where=about.where("readings", name))]
        errors += problems
    pack = _pack(path, about, errors)
    if errors or pack is None:
        raise Problems(f"study {shown}", errors)
    errors += _unknown_benchmarks(about, readings, pack)
    if errors:
        raise Problems(f"study {shown}", errors)
    return Study(str(about.data["id"]), Label.parse(str(about.data["title"])), path, shown, about, pack, readings)


def _reading(name: str, spec: Mapping[str, Any]) -> Reading:
    return Reading(
        name,
        Label.parse(str(spec["label"])),
        str(spec["rule"]),
        str(spec["reason"]),
        {str(k): str(v) for k, v in spec.get("benchmark", {}).items()},
        str(spec.get("day", "")),
        tuple(str(one) for one in spec.get("origins", ())),
        str(spec.get("resale", "")),
    )


def _pack(path: Path, about: Document, errors: list[XietongError]) -> Pack | None:
    folder = path / str(about.data.get("pack", ""))
    try:
        return read_pack(folder, shown_name(folder))
    except Problems as problems:
        errors += problems.errors
        return None


def _unknown_benchmarks(about: Document, readings: Mapping[str, Reading], pack: Pack) -> list[XietongError]:
    errors: list[XietongError] = []
    for name, reading in readings.items():
        where = about.where("readings", name, "benchmark")
        for family, benchmark in reading.benchmark.items():
            if family not in pack.benchmarks:
                errors.append(
                    UnknownName(f"reading {name}", "family of benchmarks", family, pack.benchmarks, where=where)
                )
            elif benchmark not in pack.benchmarks[family].order:
                known = pack.benchmarks[family].order
                errors.append(UnknownName(f"reading {name}", "benchmark", benchmark, known, where=where))
        where = about.where("readings", name, "origins")
        errors += [
            UnknownName(f"reading {name}", "origin", one, pack.origins, where=where)
            for one in reading.origins
            if one not in pack.origins
        ]
    return errors
