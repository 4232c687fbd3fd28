"""Names that look right and are not: homoglyphs, full-width or invisible characters, variant characters.

Joins on names lose such rows without a word. Recognised when the name at a code differs from the official one by a
character of `spelling.LOOK_ALIKE`, by width or by an invisible sign, or by exactly one character; short forms are style and no defect.
The same is asked of the names of indicators: brackets of two widths in one name, invisible signs.
"""

from __future__ import annotations

from collections.abc import Iterator

from xietong.diagnosis.suspicions.labels_swapped import belongs_to, code_names
from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.places import Gazetteer
from xietong.library.sheets import Figures
from xietong.library.spelling import INVISIBLE, plain


@detector("异形与变体名称 | Homoglyphs and variant names")
def variant_names(case: Case) -> Iterator[Suspicion]:
    """A name that differs from the official one only by a look-alike, a width, an invisible sign or one character."""
    for figures in case.sheets.figures():
        for code, names in code_names(figures).items():
            official = _official(code, names, case.gazetteer)
            for name, row in names.items():
                if not official or name == official or belongs_to(code, name, case.gazetteer):
                    continue
                if why := _differs(name, official):
                    yield _place(figures, code, name, official, row, why)
        for label in figures.indicator.labels:
            if odd := _odd(label):
                row = figures.indicator.at.tolist().index(figures.indicator.labels.index(label))
                yield _indicator(figures, label, row, odd)


def _official(code: str, names: dict[str, int], gazetteer: Gazetteer) -> str:
    place = gazetteer.places.get(code)
    return place.label.zh if place else max(names, key=len) if len(names) > 1 else ""


def _differs(name: str, official: str) -> tuple[str, str] | None:
    """Return how a name differs from the official one, None when it is another name or a short form."""
    if plain(name) == plain(official):
        signs = sorted({sign for sign in name if sign not in official})
        told = "、".join(f"{sign}(U+{ord(sign):04X})" for sign in signs) or "空白 | blanks"
        return f"含 {told}", f"contains {told}"
    apart = [(a, b) for a, b in zip(name, official, strict=False) if a != b]
    if len(name) == len(official) >= 3 and len(apart) == 1 and apart[0][1] not in "省市区县州盟旗":
        return f"“{apart[0][0]}”应为“{apart[0][1]}”", f"reads {apart[0][0]} for {apart[0][1]}"
    return None


def _odd(label: str) -> str:
    if any(sign in INVISIBLE for sign in label):
        return "不可见字符 | invisible signs"
    pairs = {"（": "）", "(": ")"}
    opened = [sign for sign in label if sign in "（()）"]
    wrong = any(pairs.get(a) != b for a, b in zip(opened[::2], opened[1::2], strict=False)) or len(opened) % 2
    return "括号全角半角不配对 | brackets of two widths" if wrong else ""


def _place(figures: Figures, code: str, name: str, official: str, row: int, why: tuple[str, str]) -> Suspicion:
    what = Label(
        f"{figures.name}：代码 {code} 的名称“{name}”{why[0]}，正式名称是“{official}”",
        f"{figures.name}: the name {name} at code {code} {why[1]}; the official name is {official}",
    )
    evidence = (Evidence(figures.where(row), f"{code} {name}"),)
    return Suspicion("variant-names", 0.9, (Cells(figures.name, place=code),), what, evidence)


def _indicator(figures: Figures, label: str, row: int, odd: str) -> Suspicion:
    told = Label.parse(odd)
    what = Label(
        f"{figures.name}：指标名“{label}”{told.zh}", f"{figures.name}: the name of the indicator {label} has {told.en}"
    )
    evidence = (Evidence(figures.where(row), label),)
    return Suspicion("variant-names", 0.75, (Cells(figures.name, indicator=label),), what, evidence)
