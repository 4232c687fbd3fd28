"""The form of chapters, before anything is built: their files, headings and divisions, and the calls in them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from xietong.errors import PublishError, UnknownName, XietongError
from xietong.library.labels import Language
from xietong.publish.template import calls

if TYPE_CHECKING:
    from jinja2 import nodes

    from xietong.publish.chapters import Chapter

__all__ = ["call_problems", "ending_problems", "file_problems", "heading_problems"]

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{#([\w-]+)\})?\s*$")
_OPENS, _CLOSES = re.compile(r"^:{3,}\s*\S"), re.compile(r"^:{3,}\s*$")


def file_problems(chapters: Mapping[Language, Sequence[Chapter]]) -> Iterator[XietongError]:
    """Yield one error for each chapter that stands in one language only."""
    every = {chapter.path.name for told in chapters.values() for chapter in told}
    for language, told in chapters.items():
        here = {chapter.path.name for chapter in told}
        for name in sorted(every - here):
            other = next(one.shown for one in chain(*chapters.values()) if one.path.name == name)
            yield PublishError(
                "chapters", f"{name} is missing in {language}", why="both languages say the same", where=f"{other}:1",
                ways=(f"add chapters/{language}/{name}",),
            )  # fmt: skip


def heading_problems(chapters: Sequence[Chapter]) -> Iterator[XietongError]:
    """Yield one error for each id of a heading used twice, each level skipped, each division left open."""
    ids: dict[str, str] = {}
    level = 0
    for chapter in chapters:
        opened: list[str] = []
        for number, line in enumerate(chapter.text.splitlines(), 1):
            where = f"{chapter.shown}:{number}"
            opened += [where] if _OPENS.match(line) else []
            if _CLOSES.match(line) and opened:
                opened.pop()
            if not (heading := _HEADING.match(line)):
                continue
            marks, text, anchor = heading.groups()
            if anchor and anchor in ids:
                why = f"a link to it could mean the one at {ids[anchor]}"
                what = f"the id '{anchor}' is used a second time"
                yield PublishError("heading", what, why=why, where=where, ways=("give it an id of its own",))
            ids.setdefault(anchor or where, where)
            if len(marks) > level + 1:
                what = f"'{text}' is of level {len(marks)} below level {level}"
                yield PublishError("heading", what, where=where, ways=(f"begin it with {'#' * (level + 1)}",))
            level = len(marks)
        for where in opened:
            yield PublishError("chapter", "a division is opened and not closed", where=where, ways=("end it with :::",))


def ending_problems(chapters: Sequence[Chapter], called: Collection[str]) -> Iterator[XietongError]:
    """Yield one error for each list of the end that no chapter prints: links of every number lead to them."""
    for name, what in (("appendix", "where the numbers come from"), ("references", "the publications")):
        if called and name not in called:
            where = f"{chapters[-1].shown}:1"
            ways = (f"end the last chapter with {{{{ {name}() }}}}",)
            yield PublishError("chapters", f"no chapter prints {what}", where=where, ways=ways)


def call_problems(chapter: Chapter, functions: Mapping[str, Callable[..., str]]) -> Iterator[XietongError]:
    """Yield one error for each call of a function that does not exist or takes other arguments.

    Raises:
        PublishError: when the chapter is no template.
        Problems: when it uses more of the template language than a chapter may.
    """
    for name, call in calls(chapter.tree):
        where = f"{chapter.shown}:{call.lineno}"
        if name not in functions:
            yield UnknownName("chapter", "function", name, functions, where=where)
        elif why := _misfit(functions[name], call):
            form = f"{name}{_form(functions[name])}"
            yield PublishError("chapter", f"{name}: {why}", where=where, ways=(f"call it as {form}",))
        elif _blank(call):
            yield PublishError("chapter", f"{name}: its caption is empty", where=where, ways=("say what it shows",))


def _misfit(function: Callable[..., str], call: nodes.Call) -> str:
    """Return why a call does not fit its function, nothing when it does."""
    try:
        inspect.signature(function).bind(*call.args, **{one.key: one for one in call.kwargs})
    except TypeError as error:
        return str(error)
    return ""


def _form(function: Callable[..., str]) -> str:
    """Return how a function is called, its types left out."""
    told = inspect.signature(function)
    bare = [one.replace(annotation=one.empty) for one in told.parameters.values()]
    return str(told.replace(parameters=bare, return_annotation=told.empty))


def _blank(call: nodes.Call) -> bool:
    """Return whether a call has a caption without words."""
    return any(one.key == "caption" and not str(getattr(one.value, "value", "…")).strip() for one in call.kwargs)
