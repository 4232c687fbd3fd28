"""Two texts written for the audit by someone who had not seen it, with the verdict that each figure should get.

They stand in ``fresh/``, one sentence a line; ``why`` says which lines of the pack decide.  What the audit made of them at
first sight is told in ``bench/audit.md``; it has been mended with them since, so they no longer tell how it does on a new text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xietong.diagnosis.audit.audit import audit
from xietong.diagnosis.audit.verdicts import GOOD, Judgement
from xietong.library.pack import Pack
from xietong.library.texts import Paragraph, Text

FOLDER = Path(__file__).parent / "fresh"
FLAGS = ("contradicted", "not comparable")


def figures(pack: Pack, language: str) -> Iterator[tuple[dict[str, Any], Judgement | None]]:
    """Yield each figure of a text with the judgement on it, none where it was not found."""
    gap = "" if language == "zh" else " "
    lines = [json.loads(line) for line in (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()]
    texts: dict[int, str] = {}
    wanted: list[tuple[int, int, int, dict[str, Any]]] = []
    for line in lines:
        number = line["paragraph"]
        before = texts[number] + gap if number in texts else ""
        texts[number], at = before + line["sentence"], len(before)
        for figure in line["figures"]:
            found = line["sentence"].find(figure["text"], max(0, at - len(before)))
            start = found if found >= 0 else line["sentence"].index(figure["text"])
            at = len(before) + start + len(figure["text"])
            wanted.append((list(texts).index(number), at - len(figure["text"]), at, figure))
    text = Text(language, tuple(Paragraph(one, (0,), (str(number),)) for number, one in texts.items()))
    told = [
        (one.statement.paragraph, one.statement.start + one.statement.quantity.start, one)
        for one in audit(text, pack).judgements
    ]
    for number, start, end, figure in wanted:
        hits = (
            one for of, at, one in told if of == number and at < end and start < at + len(one.statement.quantity.text)
        )
        yield figure, next(hits, None)


def side(verdict: str) -> str:
    """Return whether a verdict lets a figure pass, flags it, or leaves it open."""
    return "passed" if verdict in GOOD else "flagged" if verdict in FLAGS else "open"


def outcomes(pack: Pack, language: str) -> Counter[tuple[str, str]]:
    """Return how many figures that should pass, be flagged or stay open did which; ``not found`` is one more outcome."""
    told: Counter[tuple[str, str]] = Counter()
    for figure, judged in figures(pack, language):
        wanted = [side(one) for one in (figure["verdict"], *figure.get("also", ()))]
        got = side(judged.verdict) if judged else "not found"
        told[got if got in wanted else wanted[0], got] += 1
    return told
