"""One cell twice: the same place, indicator and period on two lines, with two values or with one.

Two lines with two values leave the choice to the reader's program, which takes the first or the last without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.sheets import Figures

SHOWN = 6


@detector("同一格重复出现 | One cell twice")
def repeated_cells(case: Case) -> Iterator[Suspicion]:
    """The same place, indicator and period on two lines of one table and one source."""
    for figures in case.sheets.figures():
        yield from _repeated(figures)


def _repeated(figures: Figures) -> Iterator[Suspicion]:
    columns = (figures.key, figures.indicator, figures.period, figures.source)
    number = np.zeros(len(figures), dtype=np.int64)
    for names in columns:
        number = number * (len(names.labels) + 1) + names.at
    _, first, back = np.unique(number, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[back] != np.arange(len(figures)))
    if not again.size:
        return
    differ = [row for row in again.tolist() if figures.text[row] != figures.text[int(first[back[row]])]]
    rows = differ or again.tolist()
    row, other = rows[0], int(first[back[rows[0]]])
    told = f"{figures.place[row] or figures.code[row]} {figures.period[row]} {figures.indicator[row]}"
    what = Label(
        f"{figures.name}：{len(again)} 格出现两次，其中 {len(differ)} 格数值不同，如 {told}",
        f"{figures.name}: {len(again)} cells stand twice, {len(differ)} of them with two values, such as {told}",
    )
    evidence = [
        Evidence(figures.where(r), f"{figures.place[r]} {figures.period[r]}: {figures.text[r]}") for r in (other, row)
    ]
    for one in rows[1:SHOWN]:
        evidence += [Evidence(figures.where(r), figures.text[r]) for r in (int(first[back[one]]), one)]
    cells = Cells(figures.name, figures.indicator[row], figures.key[row], figures.period[row])
    yield Suspicion("repeated-cells", 0.9 if differ else 0.75, (cells,), what, tuple(evidence[:12]))
