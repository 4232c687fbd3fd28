"""Where a figure comes from: the publication, the grade of the copy that was read, and the standing of the value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from xietong.library.labels import Label


class Grade(IntEnum):
    """How close the copy that was read is to the publisher; the worst of the inputs travels to every result."""

    OFFICIAL = 0
    REPRINT = 1
    MEDIA = 2
    TRANSCRIPTION = 3
    REWORDED = 4
    AGGREGATOR = 5
    RESALE = 6
    ASSUMED = 7

    @property
    def label(self) -> Label:
        """Return the grade's name."""
        return _GRADE_LABELS[self]


_GRADE_LABELS = {
    Grade.OFFICIAL: Label("官方页面", "official page"),
    Grade.REPRINT: Label("官方文本转载", "official text reprinted"),
    Grade.MEDIA: Label("主流媒体", "recognised media"),
    Grade.TRANSCRIPTION: Label("转录", "transcription"),
    Grade.REWORDED: Label("改写转载", "reworded reprint"),
    Grade.AGGREGATOR: Label("聚合站点", "aggregator"),
    Grade.RESALE: Label("来源不明的转售数据", "resale of unknown origin"),
    Grade.ASSUMED: Label("研究假设", "assumption of the study"),
}


class Flag(IntEnum):
    """Standing of a value, ordered from best to worst (SDMX ``obs_status`` in brackets)."""

    OBSERVED = 0
    REVISED = 1
    PRELIMINARY = 2
    ESTIMATED = 3
    IMPUTED = 4
    SCENARIO = 5
    ABSENT = 9

    @property
    def label(self) -> Label:
        """Return the flag's name."""
        return _FLAG_LABELS[self]


_FLAG_LABELS = {
    Flag.OBSERVED: Label("正式数", "observed (A)"),
    Flag.REVISED: Label("修订数", "revised (A)"),
    Flag.PRELIMINARY: Label("初步数", "preliminary (P)"),
    Flag.ESTIMATED: Label("估计数", "estimated (E)"),
    Flag.IMPUTED: Label("插补数", "imputed (I)"),
    Flag.SCENARIO: Label("情景", "scenario"),
    Flag.ABSENT: Label("缺失", "absent (M)"),
}


@dataclass(frozen=True)
class Origin:
    """One publication as a table cites it; ``edition`` is when it came out, ``retrieved`` when it was read."""

    id: str
    publisher: str
    title: str
    edition: str
    retrieved: str
    locator: str
    licence: str
    grade: Grade
    access: str
    benchmark: str
    flag: Flag
    books: str
    url: str

    def cite(self) -> str:
        """Return publisher, title, date and place in the publication on one line."""
        parts = [self.publisher, f"《{self.title}》", self.edition, self.locator.partition("|")[0].strip()]
        return "，".join(part for part in parts if part)

    def reference(self) -> str:
        """Return the publication in the order of GB/T 7714: publisher, title, date, day of reading, where it is.

        An address on the network makes it an electronic one (``[EB/OL]``); other types are optional and not guessed.
        """
        kind = "[EB/OL]" if self.url else ""
        dates = (f"({self.edition})" if self.edition else "") + (f"[{self.retrieved}]" if self.retrieved else "")
        parts = [self.publisher, f"{self.title}{kind}", dates, self.locator.partition("|")[0].strip(), self.url]
        return ". ".join(part for part in parts if part) + "."
