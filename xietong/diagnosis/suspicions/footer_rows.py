"""Footers, watermarks and headings that became records: a line of talk among the places.

The last rows of a sheet hold notes, sources, the name of a shop or a forum; a program takes them for places. Recognised
by words that no place has, by names far longer than any place's, and by rows of which all cells but one are empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.sheets import Figures, Flows, Items, Sheet

TALK = re.compile(
    r"淘宝|微信|公众号|店铺|论坛|QQ|加群|www\.|http|@|数据来源|资料来源|^注[:：]|^说明[:：]|^来源[:：]|版权|整理|更多数据"
    r"|^(合计|总计|小计|平均)$|^(地区|城市|省份|年份|name|place)$",
    re.I,
)
SHOP = re.compile(r"淘宝|微信|公众号|加群|www\.|https?:|数据来源|资料来源", re.I)
"""Of these no name of a hospital, a school or a product is made."""
LONG = 18
"""No place of the official list has a name of so many characters; autonomous prefectures come near."""


@detector("页脚、水印混作记录 | Footers and watermarks as records")
def footer_rows(case: Case) -> Iterator[Suspicion]:
    """A row whose place, name or period is talk: a note, a source, a shop, a heading."""
    for sheet in case.sheets.all:
        texts: Sequence[str] = sheet.place.texts() if isinstance(sheet, Figures) else _names(sheet)
        talk = SHOP if isinstance(sheet, Items) else TALK
        long = len if isinstance(sheet, Figures) else lambda _: 0
        rows = [
            row for row, text in enumerate(texts) if talk.search(text) or long(text) > LONG or _empty(sheet, row, text)
        ]
        if rows and len(rows) < max(2, len(texts) // 2):
            yield _suspicion(sheet, rows, texts)


def _names(sheet: Sheet) -> Sequence[str]:
    return [] if isinstance(sheet, Figures) else sheet.role("from") if isinstance(sheet, Flows) else sheet.role("name")


def _empty(sheet: Sheet, row: int, text: str) -> bool:
    """Whether all other cells of the line are empty."""
    return bool(text) and sheet.raw is not None and sum(map(bool, sheet.raw.rows[row % len(sheet.raw.rows)])) == 1


def _suspicion(sheet: Sheet, rows: list[int], texts: Sequence[str]) -> Suspicion:
    text = texts[rows[0]]
    what = Label(
        f"{sheet.name}：{len(rows)} 行不是记录而是文字，如“{text[:30]}”",
        f"{sheet.name}: {len(rows)} rows are talk and no records, such as {text[:30]}",
    )
    evidence = tuple(Evidence(sheet.where(row), texts[row][:60]) for row in rows[:12])
    return Suspicion("footer-rows", 0.85, (Cells(sheet.name, place=text),), what, evidence)
