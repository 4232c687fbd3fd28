"""Names on the wrong codes: two places carry each other's name, or a name belongs to another code of the same parent.

Recognised against the official list: the name at a code is the official name of another code with the same parent, and
not, at any time, of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.places import Gazetteer
from xietong.library.sheets import Figures


def code_names(figures: Figures) -> dict[str, dict[str, int]]:
    """Return the names that stand at each code, each with the first row that has it."""
    found: dict[str, dict[str, int]] = {}
    pairs = figures.code.at.astype("int64") * (len(figures.place.labels) + 1) + figures.place.at
    _, rows = np.unique(pairs, return_index=True)
    for row in sorted(rows.tolist()):
        if figures.code[row] and figures.place[row]:
            found.setdefault(figures.code[row], {}).setdefault(figures.place[row], row)
    return found


@detector("地名与代码错配 | Names on the wrong codes")
def labels_swapped(case: Case) -> Iterator[Suspicion]:
    """The name at a code is the official name of another code beside it."""
    for figures in case.sheets.figures():
        names = code_names(figures)
        wrong = {
            code: (name, row, other)
            for code, told in names.items()
            for name, row in told.items()
            if (other := belongs_to(code, name, case.gazetteer))
        }
        for code, (name, row, other) in wrong.items():
            mutual = other in wrong and wrong[other][2] == code
            if mutual and other < code:
                continue
            rows = [row, wrong[other][1]] if mutual else [row]
            yield _suspicion(figures, code, name, other, rows, case.gazetteer)


def belongs_to(code: str, name: str, gazetteer: Gazetteer) -> str:
    """Return the code beside it whose official name this is, '' when the name is right or nobody's."""
    place = gazetteer.places.get(code)
    if place is None or name in (place.label.zh, place.short_zh):
        return ""
    beside = [gazetteer.places[one] for one in gazetteer.children(place.parent) if one != code]
    return next((one.code for one in beside if name == one.label.zh and not _same_area(one.code, code, gazetteer)), "")


def _same_area(one: str, other: str, gazetteer: Gazetteer) -> bool:
    """Whether one code became the other."""
    return any(other in change.into for change in gazetteer.successors(one)) or any(
        one in change.into for change in gazetteer.successors(other)
    )


def _suspicion(figures: Figures, code: str, name: str, other: str, rows: list[int], gazetteer: Gazetteer) -> Suspicion:
    right = gazetteer.places[code].label.zh
    both = len(rows) == 2
    zh = f"{name} 与 {right} 的名称互换" if both else f"名称 {name} 属于代码 {other}"
    en = f"the names {name} and {right} are exchanged" if both else f"the name {name} belongs to code {other}"
    what = Label(
        f"{figures.name}：代码 {code}（{right}）与 {other} 处，{zh}", f"{figures.name}: at {code} ({right}) {en}"
    )
    evidence = tuple(Evidence(figures.where(row), f"{figures.code[row]} {figures.place[row]}") for row in rows)
    cells = tuple(Cells(figures.name, place=figures.code[row]) for row in rows)
    return Suspicion("labels-swapped", 0.92, cells, what, evidence)
