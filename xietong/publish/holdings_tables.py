"""Tables of what an edition stands on: its publications by the grade of the copy, and its lines by benchmark."""

from __future__ import annotations

from collections import Counter

from xietong.library.labels import Label
from xietong.library.origins import Grade
from xietong.publish.numbers import Numbers
from xietong.publish.tables import pipe
from xietong.publish.words import word

__all__ = ["grades", "vintages"]


def grades(numbers: Numbers, caption: str) -> str:
    """Return how many publications the pack reads in copies of each grade, and how many stand behind this report."""
    language = numbers.language
    held = Counter(origin.grade for origin in numbers.edition.origins())
    cited_ids = numbers.edition.cited()
    cited = Counter(origin.grade for origin in numbers.edition.origins() if origin.id in cited_ids)
    rows = [[one.label.text(language), str(held[one]), str(cited[one])] for one in Grade if held[one]]
    return pipe([word(key, language) for key in ("grade", "publications", "of them cited")], rows, caption)


def vintages(numbers: Numbers, caption: str) -> str:
    """Return the benchmarks of the edition: lines, indicators, years, and the newest publication of each."""
    language = numbers.language
    named: dict[str, str] = {}
    for names in numbers.edition.study()["benchmarks"].values():
        named |= {key: Label(*label).text(language) for key, label in names.items()}
    rows = [
        [
            named.get(one.benchmark, one.benchmark) or word("no benchmark", language),
            str(one.lines), str(one.concepts), f"{one.first[:4]}–{one.last[:4]}", one.newest or "—",
        ]
        for one in numbers.edition.vintages
    ]  # fmt: skip
    keys = ("benchmark", "values", "indicators held", "years", "newest publication")
    return pipe([word(key, language) for key in keys], rows, caption, widths=[34, 10, 10, 14, 16])
