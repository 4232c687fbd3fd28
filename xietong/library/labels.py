"""Labels in two languages: what is written ``中文 | English`` in a pack or a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Label:
    """One name in Chinese and English."""

    zh: str
    en: str

    @classmethod
    def parse(cls, text: str) -> Label:
        """Split ``中文 | English``; a text without a bar serves both languages."""
        zh, bar, en = text.partition("|")
        return cls(zh.strip(), en.strip() if bar else zh.strip())

    def text(self, language: Language) -> str:
        """Return the label in ``language``."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.zh if self.zh == self.en else f"{self.zh} | {self.en}"
