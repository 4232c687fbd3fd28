"""Two detectors for tests of the check, in place of the real ones: one finds cells, one finds tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from xietong.diagnosis.suspicions import suspicion
from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, detectors
from xietong.library.labels import Label


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the two be the only detectors until the test ends."""
    detectors()
    monkeypatch.setattr(suspicion, "_DETECTORS", {})
    detector("整百 | Whole hundreds")(whole_hundreds)
    detector("含记录的表 | Tables with rows")(any_rows)
    names = ("whole-hundreds", "any-rows")
    kept = {name: suspicion._DETECTORS[name] for name in names}
    monkeypatch.setattr(suspicion, "_DETECTORS", kept)


def whole_hundreds(case: Case) -> Iterator[Suspicion]:
    """A value of eight hundred."""
    for sheet in case.sheets.figures():
        for row, text in enumerate(sheet.text):
            if text == "800":
                cells = Cells(sheet.name, sheet.indicator[row], sheet.key[row], sheet.period[row], sheet.source[row])
                what = Label(f"{sheet.period[row]} 恰为 {text}", f"{text} exactly <b> in {sheet.period[row]}")
                yield Suspicion("whole-hundreds", 0.9, (cells,), what, (Evidence(sheet.where(row), f"值 {text}"),))


def any_rows(case: Case) -> Iterator[Suspicion]:
    """A table that has rows at all."""
    for sheet in case.sheets.all:
        evidence = tuple(Evidence(sheet.where(row), f"行 {row}") for row in range(min(5, len(sheet))))
        if evidence:
            what = Label(f"{sheet.name} 有 {len(sheet)} 行", f"{sheet.name} has {len(sheet)} rows")
            yield Suspicion("any-rows", 0.6, (Cells(sheet.name),), what, evidence)
