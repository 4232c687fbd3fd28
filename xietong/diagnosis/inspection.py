"""Inspections: what the detectors suspect in the sheets, joined with what people have decided about it.

An inspection repairs nothing and refuses nothing; hard errors are found before it, by the readers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Detector, Suspicion, detectors, suspect
from xietong.library.decisions import KEYS, CellRange, Decision, stem
from xietong.library.labels import Label, Language
from xietong.library.names import Names
from xietong.library.sheets import Figures, Flows, Items, Sheet, Sheets

SCHEMA = 1
"""Version of the JSON; it rises when a key changes its meaning or goes."""
SHOWN = 3
"""So many lines of evidence are printed unless all are asked for."""
INTERNAL = Label("内部数据：不得公开", "internal: do not publish")
_WORDS = {
    "open": Label("未决定", "open"),
    "decided": Label("已决定", "decided"),
    "more": Label("另有 {} 行证据（--all 全部列出）", "more lines of evidence: {} (--all shows them)"),
    "still": Label("已称改正，但仍被怀疑", "said to be corrected, but still suspected"),
    "gone": Label("怀疑已不再出现", "no longer suspected"),
    "gone exclude": Label(
        "怀疑已不再出现，但这些格仍不予读取", "no longer suspected, yet its cells are still not read"
    ),
    "idle": Label("没有任何一行与之相符，不起作用", "no line matches its cells: it has no effect"),
    "notes": Label("关于决定", "Notes on decisions"),
}


@dataclass(frozen=True)
class Judged:
    """A suspicion with every decision on it, the oldest first; ``internal``: it shows what is not for print."""

    suspicion: Suspicion
    decisions: tuple[Decision, ...]
    internal: bool = False

    @property
    def decision(self) -> Decision | None:
        """Return the decision that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def decided(self) -> bool:
        """Return whether nothing is left to do: a line said to be corrected and still suspected is not decided."""
        return self.decision is not None and self.decision.verdict != "fix"


@dataclass(frozen=True)
class Inspection:
    """What is suspected in one pack or folder; ``judged`` stands by detector, the most certain first."""

    shown: str
    digest: str
    judged: tuple[Judged, ...]
    decisions: tuple[Decision, ...]
    sheets: Sheets

    @property
    def open(self) -> int:
        """Return how many suspicions nobody has decided."""
        return sum(not one.decided for one in self.judged)

    @cached_property
    def groups(self) -> tuple[tuple[Detector, tuple[Judged, ...]], ...]:
        """The detectors that suspect something, the most certain first, each with its suspicions."""
        named = {one.id: one for one in detectors()}
        found: dict[str, list[Judged]] = {}
        for one in self.judged:
            found.setdefault(one.suspicion.detector, []).append(one)
        order = sorted(found, key=lambda name: (-found[name][0].suspicion.confidence, name))
        return tuple((named[name], tuple(found[name])) for name in order)

    def notes(self) -> Iterator[tuple[Decision, Label]]:
        """Yield the decisions in force that a person should look at again, and why."""
        raised = {one.suspicion.id for one in self.judged}
        last = {one.suspicion: one for one in self.decisions}
        for one in last.values():
            if one.suspicion not in raised:
                yield one, _WORDS["gone exclude" if one.verdict == "exclude" else "gone"]
            elif one.verdict == "fix":
                yield one, _WORDS["still"]
            if one.verdict == "exclude" and not covered(one.cells, self.sheets):
                yield one, _WORDS["idle"]


def inspect(
    case: Case, shown: str, digest: str, decisions: Sequence[Decision] = (), internal: Collection[str] = ()
) -> Inspection:
    """Run every detector and join what it suspects with the decisions; ``internal`` are origins not for print."""
    hidden = _internal_lines(case.sheets, internal)
    judged = []
    for one in _each_once(suspect(case)):
        ruled = tuple(decision for decision in decisions if decision.suspicion == one.id)
        shows = any(evidence.where in hidden for evidence in one.evidence)
        judged.append(Judged(one, ruled, shows or any(cells.source in internal for cells in one.cells if cells.source)))
    return Inspection(shown, digest, tuple(judged), tuple(decisions), case.sheets)


def _each_once(found: Iterable[Suspicion]) -> Iterator[Suspicion]:
    """Yield every suspicion once: what one detector says twice of the same cells is one thing to decide."""
    known: dict[str, Suspicion] = {}
    for one in found:
        first = known.setdefault(one.id, one)
        known[one.id] = replace(first, evidence=tuple(dict.fromkeys((*first.evidence, *one.evidence))))
    yield from known.values()


def _internal_lines(sheets: Sheets, internal: Collection[str]) -> set[str]:
    """Return ``file:line`` of every row that cites an internal publication."""
    if not internal:
        return set()
    return {
        sheet.where(row)
        for sheet in sheets.all
        for row in np.flatnonzero(_column(sheet, "source").is_in(sorted(internal))).tolist()
    }


_ROLES = {Items: {"place": "name", "period": "date"}, Flows: {"place": "from", "indicator": "mode"}}
"""What the keys of a cell are called in sheets that hold no figures."""


def _column(sheet: Sheet, key: str) -> Names:
    """Return what the rows of a sheet say for a key of a cell; place is what tells places apart."""
    if isinstance(sheet, Figures):
        return {"place": sheet.key, "indicator": sheet.indicator, "period": sheet.period, "source": sheet.source}[key]
    return Names.of(sheet.role(_ROLES[type(sheet)].get(key, key)))


def covered(cells: Iterable[CellRange | Cells], sheets: Sheets) -> int:
    """Return how many rows of the sheets are among some cells."""
    count = 0
    for sheet in sheets.all:
        among = np.zeros(len(sheet), dtype=bool)
        for one in (one for one in cells if stem(one.table) == stem(sheet.name)):
            matches = [_matches(sheet, key, getattr(one, key)) for key in KEYS[1:] if getattr(one, key)]
            among |= np.logical_and.reduce(matches) if matches else True
        count += int(among.sum())
    return count


def _matches(sheet: Sheet, key: str, text: str) -> NDArray[np.bool_]:
    """Return which rows have a text under a key; a concept stands for its series on every benchmark."""
    column = _column(sheet, key)
    wanted = [one for one in column.labels if one == text or (key == "indicator" and one.startswith(f"{text} ["))]
    return column.is_in(wanted)


def lines(inspection: Inspection, language: Language, *, every: bool = False) -> Iterator[str]:
    """Yield the inspection as text: by detector, the most certain first, with evidence and decisions."""
    for detector, judged in inspection.groups:
        yield f"{detector.id} · {detector.label.text(language)} · {len(judged)}"
        for one in judged:
            yield from _suspicion_lines(one, language, every=every)
        yield ""
    notes = list(inspection.notes())
    if notes:
        yield _WORDS["notes"].text(language)
        yield from (f"  {one.where}: {one.suspicion} {one.detector}: {why.text(language)}" for one, why in notes)
        yield ""


def _suspicion_lines(one: Judged, language: Language, *, every: bool) -> Iterator[str]:
    suspicion = one.suspicion
    mark = f" [{INTERNAL.text(language)}]" if one.internal else ""
    yield f"  {suspicion.id} {suspicion.confidence:.2f} {suspicion.what.text(language)}{mark}"
    shown = suspicion.evidence if every else suspicion.evidence[:SHOWN]
    yield from (f"    {evidence.where}: {evidence.text}" for evidence in shown)
    if left := len(suspicion.evidence) - len(shown):
        yield "    " + _WORDS["more"].text(language).format(left)
    yield from (f"    → {decision.told(language)}" for decision in one.decisions)


def as_json(inspection: Inspection) -> str:
    """Return the inspection as JSON, sorted: the same inputs and decisions give the same bytes."""
    judged = sorted(
        inspection.judged, key=lambda one: (one.suspicion.detector, -one.suspicion.confidence, one.suspicion.id)
    )
    used = {one.suspicion.detector for one in judged}
    told = {
        "version": SCHEMA,
        "path": inspection.shown,
        "digest": inspection.digest,
        "counts": {**_counts(judged), "by_detector": {name: _counts(judged, name) for name in sorted(used)}},
        "detectors": {
            one.id: {"label": asdict(one.label), "looks_for": one.looks_for} for one in detectors() if one.id in used
        },
        "suspicions": [_told(one) for one in judged],
        "decisions": [_decision(one) for one in inspection.decisions],
        "notes": [{"suspicion": one.suspicion, "why": asdict(why)} for one, why in inspection.notes()],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _counts(judged: Sequence[Judged], detector: str = "") -> dict[str, int]:
    those = [one for one in judged if detector in ("", one.suspicion.detector)]
    decided, internal = sum(one.decided for one in those), sum(one.internal for one in those)
    return {"suspicions": len(those), "decided": decided, "internal": internal}


def _told(one: Judged) -> Mapping[str, Any]:
    suspicion = one.suspicion
    return {
        "id": suspicion.id,
        "detector": suspicion.detector,
        "confidence": round(float(suspicion.confidence), 4),
        "what": asdict(suspicion.what),
        "cells": [asdict(cells) for cells in suspicion.cells],
        "evidence": [asdict(evidence) for evidence in suspicion.evidence],
        "decided": one.decided,
        "notice": INTERNAL.en if one.internal else "",
        "decisions": [decision.where for decision in one.decisions],
    }


def _decision(one: Decision) -> Mapping[str, Any]:
    return {**asdict(one), "cells": [asdict(cells) for cells in one.cells]}
