"""Data and sources: the publications that findings stand on, by grade."""

from __future__ import annotations

from xietong.library.labels import Language
from xietong.library.origins import Origin
from xietong.library.store import Edition
from xietong.publish.tables import pipe
from xietong.publish.words import word


def sources_table(edition: Edition, language: Language, caption: str) -> str:
    """Return every publication behind a finding once: publisher, title, date, and grade of the copy that was read."""
    cited = edition.cited()
    rows: dict[tuple[str, str, str], Origin] = {}
    for origin in edition.origins():
        if origin.id in cited:
            rows.setdefault((origin.publisher, origin.title, origin.edition), origin)
    ordered = sorted(rows.values(), key=lambda o: (o.grade, o.publisher, o.edition, o.title))
    body = [
        [o.publisher, f"《{o.title}》", o.edition or word("unknown", language), o.grade.label.text(language)]
        for o in ordered
    ]
    keys = ("publisher", "publication", "edition", "grade")
    return pipe([word(key, language) for key in keys], body, caption, left=4)
