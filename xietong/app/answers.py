"""What the programming interface answers: findings, explanations, lines, registers, pages, measures as plain data.

What is internal stays inside: lines, items and steps of explanations that only internal publications give are left out
and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from xietong.app import registers
from xietong.app.packs import KeptPack
from xietong.errors import UnknownName
from xietong.library.explanations import Node, explain, public
from xietong.library.labels import Label, Language
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.registers.items import Item, Value
from xietong.library.series import Series
from xietong.library.store import Edition, Line
from xietong.recipes.measuring import all_measures, facts

INTERNAL = "internal"


@dataclass(frozen=True)
class Answers:
    """Answers about one edition and its pack; every method returns data that JSON can hold."""

    edition: Edition
    pack: KeptPack
    out: Path

    def about(self) -> dict[str, Any]:
        """Return what the edition is."""
        told = self.edition.study()["about"]
        title = Label.parse(str(told["title"]))
        return {"digest": self.edition.digest, "title": asdict(title), "findings": len(self.edition.ids)}

    def findings(self) -> list[dict[str, Any]]:
        """Return the findings in the order of the study, without their values."""
        told = map(self.edition.finding, self.edition.ids)
        return [{"id": one.id, "kind": one.kind, "label": asdict(one.label)} for one in told]

    def finding(self, name: str) -> dict[str, Any]:
        """Return a finding with its values, flags and grades, or what it says.

        Raises:
            UnknownName: when there is none of that name.
        """
        one = self.edition.finding(name)
        receipt = {key: getattr(one.receipt, key) for key in ("measure", "reference", "tested")}
        return {
            "id": one.id, "kind": one.kind, "label": asdict(one.label), "note": asdict(one.note), "digits": one.digits,
            "series": _series(one.series) if one.series else None, "payload": one.payload, "receipt": receipt,
        }  # fmt: skip

    def explanation(self, name: str, cell: Sequence[str], language: Language) -> dict[str, Any]:
        """Return the way from a finding, or one cell of it, down to the lines of the pack.

        Raises:
            UnknownName: when there is no such finding, axis or label.
        """
        pairs = [one.partition("=") for one in cell]
        if wrong := [axis for axis, equals, _ in pairs if not equals]:
            raise UnknownName("explanation", "cell of the form axis=label", wrong[0], ["period=2023"])
        whole = explain(self.edition, name, {axis: label for axis, _, label in pairs}, language)
        return _node(public(whole, language))

    def concepts(self) -> list[dict[str, Any]]:
        """Return the concepts of the pack."""
        told = self.pack.read().concepts.values()
        return [{"id": one.id, "label": asdict(one.label), "unit": one.unit, "kind": one.kind} for one in told]

    def lines(self, concept: str, place: str, period: str, offset: int, limit: int) -> dict[str, Any]:
        """Return every vintage of a concept, each with publication, grade, file and line.

        Raises:
            UnknownName: when there is no such concept.
        """
        if concept not in self.edition.concepts():
            raise UnknownName("edition", "concept", concept, self.edition.concepts())
        found = [one for one in self.edition.lines(concept) if place in ("", one.place) and period in ("", one.period)]
        public = [one for one in found if one.origin.access != INTERNAL]
        page = [_line(one) for one in public[offset : offset + limit]]
        return {"concept": concept, "count": len(public), "internal": len(found) - len(public), "lines": page}

    def registers(self) -> list[dict[str, Any]]:
        """Return the classes of the registers."""
        return [
            {"id": one.kind.id, "label": asdict(one.kind.label), "items": len(one),
             "attributes": {key: asdict(told.label) for key, told in one.kind.attributes.items()},
             "states": {key: asdict(told) for key, told in one.kind.states.items()}}
            for one in self.pack.read().registers.values()
        ]  # fmt: skip

    def search(self, text: str, kind: str, place: str, state: str, limit: int) -> dict[str, Any]:
        """Return the items that a text finds.

        Raises:
            UnknownName: when a filter names what does not exist.
        """
        with closing(registers.opened(self.pack.path, self.out, date.today(), lambda _: None)) as index:
            hits = index.search(text, kind=kind, place=place, state=state, limit=limit)
        public = [asdict(one) for one in hits if one.access != INTERNAL]
        return {"hits": public, "internal": len(hits) - len(public)}

    def item(self, kind: str, item: str, language: Language) -> dict[str, Any]:
        """Return an item: every value with its publication and line, states, links, merges.

        Raises:
            UnknownName: when there is no such class or item, or none that public publications show.
        """
        pack = self.pack.read()
        found = pack.registers.item(f"{kind}:{item}").public()
        if found is None:
            raise UnknownName(f"register {kind}", "public item", item, [])
        return _item(found, found.state_label(date.today(), language))

    def pages(self, kind: str) -> list[dict[str, Any]]:
        """Return the pages of a kind, ``system`` or ``plan``."""
        return [{"id": name, "label": asdict(self.edition.finding(one).label)} for name, one in self._pages(kind)]

    def page(self, kind: str, name: str) -> Mapping[str, Any]:
        """Return what a page says.

        Raises:
            UnknownName: when there is none of that name.
        """
        known = dict(self._pages(kind))
        if name not in known:
            raise UnknownName("edition", kind, name, known)
        return self.edition.finding(known[name]).payload

    def measures(self) -> list[dict[str, Any]]:
        """Return the measures."""
        return [{"id": one.name, "label": asdict(Label.parse(one.label))} for one in all_measures().values()]

    def measure(self, name: str) -> dict[str, Any]:
        """Return what a measure is and takes.

        Raises:
            UnknownName: when there is none of that name.
        """
        one = facts(name)
        choices = {key: {"default": told.default, "words": told.words} for key, told in one.choices.items()}
        keys = ("unit", "bounds", "reference", "tested", "formula", "parameters")
        return {"id": one.name, "label": asdict(Label.parse(one.label)), "choices": choices} | {
            key: getattr(one, key) for key in keys
        }

    def _pages(self, kind: str) -> Iterator[tuple[str, str]]:
        for one in self.edition.ids:
            if one.startswith(f"{kind}.") and "page" in self.edition.finding(one).payload:
                yield one.removeprefix(f"{kind}.").removesuffix(".result"), one


def _series(series: Series) -> dict[str, Any]:
    flat = [None if np.isnan(one) else float(one) for one in series.values.ravel()]
    return {
        "unit": series.unit, "axes": [{"name": one.name, "labels": one.labels} for one in series.axes], "values": flat,
        "flags": [Flag(one).name.lower() for one in series.flags.ravel().tolist()],
        "grades": [Grade(one).name.lower() for one in series.grades.ravel().tolist()],
        "benchmarks": {family: list(names) for family, names in series.benchmarks.items()},
    }  # fmt: skip


def _node(one: Node) -> dict[str, Any]:
    told: dict[str, Any] = {"text": one.text, "children": [_node(child) for child in one.children]}
    return told | ({"finding": one.finding} if one.finding else {}) | ({"line": _line(one.line)} if one.line else {})


def _line(one: Line) -> dict[str, Any]:
    return {
        "place": one.place, "to": one.to, "period": one.period, "value": one.value, "published": one.published,
        "unit": one.unit_text, "flag": one.flag.name.lower(), "benchmark": one.benchmark, "where": one.location,
        "note": one.note, "origin": _origin(one.origin),
    }  # fmt: skip


def _origin(one: Origin) -> dict[str, Any]:
    keys = ("id", "publisher", "title", "edition", "locator", "licence")
    return {key: getattr(one, key) for key in keys} | {"grade": one.grade.name.lower()}


def _value(one: Value) -> dict[str, Any]:
    return {"text": one.text, "where": one.where, "origin": _origin(one.origin)}


def _item(one: Item, state: str) -> dict[str, Any]:
    return {
        "ref": one.ref, "name": one.name, "names": [_value(told) for told in one.names], "places": one.places,
        "attributes": {key: [_value(told) for told in values] for key, values in one.attributes.items()},
        "state": state,
        "history": [{"state": told.state, "date": told.date, "evidence": told.evidence, "where": told.where}
                    for told in one.history],
        "links": [{"source": told.source, "relation": told.relation, "target": told.target, "where": told.where}
                  for told in one.links],
    }  # fmt: skip
