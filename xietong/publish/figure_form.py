"""What a spec of a figure may say by itself: no number, and no direction or order that the data could belie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from xietong.errors import Problems, PublishError, XietongError
from xietong.library.documents import Document
from xietong.publish.template import parsed, prose
from xietong.publish.typed_numbers import typed

__all__ = ["figure_problems", "judged", "plain_numbers", "refused"]

_HEIGHTS = (80, 1600)
"""Pixels that a figure may be high."""
_FIGURE_ID = re.compile(r"[\w-]{1,60}")
_CLAUSE = re.compile(r"[，。；,;.|]")
_JUDGED = re.compile(
    r"上升|下降|增长|减少|高于|低于|最高|最低|最快|最慢|最多|最少|最大|最小|领先|落后|居首|居末|超过|不到|上调|下调|扩大|缩小|趋平|重合"
    r"|\b(?:rises?|rose|falls?|fell|grows?|grew|increases?|decreases?|declines?|widens?|narrows?|flattens?|exceeds?|leads?|loses?"
    r"|highest|lowest|fastest|slowest|largest|smallest|most|least|higher|lower|more than|less than|nearly|coincide)\b",
    re.IGNORECASE,
)  # fmt: skip
"""Words that say which way something moves or who is ahead."""


def figure_problems(document: Document) -> list[XietongError]:
    """Return what is wrong with names, heights, captions and alternative texts of figures."""
    return [
        error
        for name, spec in document.data.items()
        for error in _problems(document, name, spec if isinstance(spec, dict) else {})
    ]


def _problems(document: Document, name: str, spec: Mapping[str, Any]) -> Iterator[XietongError]:
    who, where = f"figure {name}", document.where(name)
    if not _FIGURE_ID.fullmatch(name):
        what, ways = f"'{name[:60]}' is no name for a figure", ("use letters, digits and -",)
        yield PublishError("figure", what, where=where, ways=ways)
    height = spec.get("height", 300)
    if not isinstance(height, int) or not _HEIGHTS[0] <= height <= _HEIGHTS[1]:
        why = f"a figure is {_HEIGHTS[0]} to {_HEIGHTS[1]} high"
        yield PublishError(who, f"its height is {str(height)[:20]}", why=why, where=where)
    for one in plain_numbers(str(spec.get("caption", ""))):
        yield refused(one, who, "caption", document.where(name, "caption"))
    yield from _of_words(who, str(spec.get("alt", "")), document.where(name, "alt"))


def _of_words(who: str, text: str, where: str) -> Iterator[XietongError]:
    """Yield what is wrong with an alternative text."""
    try:
        typed_in = [one for _, words in prose(parsed(text, where)) for one in plain_numbers(words)]
    except Problems as problems:
        yield from problems.errors
        return
    except PublishError as error:
        yield error
        return
    for one in typed_in:
        yield refused(one, who, "alternative text", where)
    ways = (
        "say what the figure is made of: the values are told after it by themselves",
        "choose the words by the data: {{ trend(…) }}, {{ extreme(…) }}, {{ chosen(…) }}",
    )
    for word in judged(text):
        what, why = f"'{word}' is typed into the alternative text", "it would stay when the data change"
        yield PublishError(who, what, why=why, where=where, ways=ways)


def judged(text: str) -> list[str]:
    """Return the words for a direction or an order in clauses without a call, which are not chosen by the data."""
    clauses = [one for one in _CLAUSE.split(re.sub(r"\{\{.*?\}\}", "\x00", text)) if "\x00" not in one]
    return [match[0] for one in clauses for match in _JUDGED.finditer(one)]


def plain_numbers(words: str) -> list[str]:
    """Return the typed numbers of a stretch of words; a sign written as its code counts as one."""
    return re.findall(r"&#\w+;", words) or typed(words)


def refused(number: str, who: str, place: str, where: str) -> PublishError:
    """Return the error for a number that is typed where only findings may speak."""
    ways = (
        "refer to a finding: {{ number('id', …) }}, or {{ length('id', 'axis') }} for how many there are",
        "mark what others say: {{ quoted('…', 'author, title, year') }}",
    )
    return PublishError(who, f"the number '{number}' is typed into the {place}", where=where, ways=ways)
