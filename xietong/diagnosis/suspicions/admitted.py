"""What the table itself admits: a name, a note or a source that says filled in, wrong, doubtful, unstated or bought.

Compilers often write down what they did, in a place where nobody who copies the numbers looks. Recognised by words of
`SIGNS` in names of indicators, in sources and in notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.sheets import Figures, Sheet

SIGNS = {
    "filled": (re.compile(r"插值|插补|填补|[缺失].{0,6}[用补]|interpolat|imput", re.I), "含推算或插补值", "holds values that were filled in"),
    "wrong": (re.compile(r"错位|标反|互换|有误|错行|颠倒|串行|scrambl", re.I), "自述有错位或互换", "says that something stood in the wrong place"),
    "unstated": (re.compile(r"未注明来源|来源不[明详]|疑为|存疑|source not stated", re.I), "来源未注明或存疑", "says that its source is not stated"),
    "sold": (re.compile(r"淘宝|转售|店铺|商业整理|论坛|微信|公众号|QQ群", re.I), "经商业转手", "says that it was resold or taken from a forum"),
    "partial": (re.compile(r"推断|估算|inferred|estimated", re.I), "部分内容系推断", "says that a part was inferred"),
}  # fmt: skip


@detector("表内自述的问题 | Admitted in the table itself")
def admitted(case: Case) -> Iterator[Suspicion]:
    """A name, a note or a source says itself that figures are filled in, misplaced, doubtful or bought."""
    for sheet in case.sheets.all:
        for kind, (pattern, zh, en) in SIGNS.items():
            found = [(text, row) for text, row in _texts(sheet) if pattern.search(text)]
            if found:
                text, _row = found[0]
                said = pattern.search(text)
                quoted = _around(text, said.start() if said else 0)
                what = Label(
                    f"{sheet.name}：{zh}（“{quoted}”，共 {len(found)} 处名目）",
                    f"{sheet.name} {en} ({quoted}; {len(found)} names or notes)",
                )
                evidence = tuple(Evidence(sheet.where(row), _around(text, 0, 60)) for text, row in found[:12])
                yield Suspicion("admitted", 0.85, (Cells(sheet.name, indicator=kind),), what, evidence)


def _around(text: str, at: int, width: int = 24) -> str:
    start = max(0, at - width // 3)
    return text[start : start + width] + ("…" if len(text) > start + width else "")


def _texts(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """Yield every different name, source and note with the first row that has it."""
    if isinstance(sheet, Figures):
        for names in (sheet.indicator, sheet.source):
            firsts = _firsts(names.texts()) if len(sheet) else {}
            yield from firsts.items()
        return
    roles = [sheet.role(name) for name in ("source", "datum")]
    for column in (*roles, *sheet.attributes.values()):
        if _few(column):
            yield from _firsts(column).items()


def _few(column: Sequence[str]) -> bool:
    """Whether a column holds remarks and not the entries' own words."""
    return len(set(column)) <= max(3, len(column) // 20)


def _firsts(texts: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row, text in enumerate(texts):
        found.setdefault(text, row)
    return found
