"""References from the text to tables and figures: their numbers are known when all chapters are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xietong.errors import Problems, UnknownName
from xietong.library.labels import Language
from xietong.publish.words import word

__all__ = ["resolved", "see"]

MARK = re.compile(r"\[see\]\(#see:([^)\s]*)\)")


def see(name: str) -> str:
    """Return the place of a reference to a figure, or to the first table of a finding."""
    return f"[see](#see:{name})"


def resolved(
    chapters: Mapping[str, str],
    figures: Sequence[str],
    shown: Mapping[str, tuple[str, Sequence[str]]],
    language: Language,
) -> list[str]:
    """Return the chapters with every reference as the number of what it refers to, a link.

    ``chapters`` are texts by file, ``figures`` the names of the figures in order, ``shown`` the entries of tables and
    figures in the appendix with the findings behind each.

    Raises:
        Problems: for each reference to a figure or a table that no chapter sets.
    """
    tables = [(anchor, findings) for anchor, (_, findings) in shown.items() if anchor[:7] == "s-table" and findings]
    places = {findings[0]: anchor for anchor, findings in reversed(tables)}
    places |= {name: f"s-figure-{at}" for at, name in enumerate(figures, start=1)}

    def told(found: re.Match[str]) -> str:
        _, kind, number = places[found[1]].split("-")
        return f"[{word(kind, language)} {number}](#{places[found[1]]}){{.shown}}"

    if errors := [
        UnknownName("chapter", "table or figure that is set", name, places, where=file)
        for file, text in chapters.items()
        for name in MARK.findall(text)
        if name not in places
    ]:
        raise Problems("report", errors)
    return [MARK.sub(told, text) for text in chapters.values()]
