"""Chapters of a study: Markdown with references to findings; what they refer to, where, and what is typed in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xietong.errors import Problems, PublishError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.documents import shown as shown_name
from xietong.library.labels import Language
from xietong.publish import chapter_form
from xietong.publish.figure_form import figure_problems, plain_numbers, refused
from xietong.publish.template import LONGEST, calls, parsed, prose

if TYPE_CHECKING:
    from jinja2 import nodes

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_FUNCTIONS = (
    "number",
    "table",
    "matrix",
    "scorecard",
    "members",
    "side_by_side",
    "versions",
    "refusal",
    "verdict",
    "claims",
    "figure",
    "assumptions",
    "plan",
    "binds",
    "coverage",
    "targets",
    "count",
    "literature",
    "facets",
    "goalposts",
    "choices",
    "ranks",
    "sensitivity",
    "turning",
    "page",
    "value",
    "length",
    "trend",
    "chosen",
    "extreme",
    "sign",
    "compared",
    "bounded",
    "ranked",
    "those",
    "grade",
    "cell",
    "lines",
    "listed",
    "answer",
    "surety",
    "swing",
    "plans",
    "says",
    "missing",
    "assumes",
    "standing",
    "stated",
    "restated",
)
_CALL = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True)
class Reference:
    """One call in a chapter: the function, the id it names, and where."""

    function: str
    id: str
    where: str
    sentence: str


@dataclass(frozen=True)
class Chapter:
    """One chapter file in one language."""

    path: Path
    shown: str
    text: str

    def references(self) -> Iterator[Reference]:
        """Yield every id that the chapter names, with the sentence around it.

        Raises:
            PublishError: when the chapter is no template.
            Problems: when it uses more of the template language than a chapter may.
        """
        lines = self.text.splitlines()
        for function, call in calls(self.tree):
            for one in _constants(call):
                yield Reference(function, one, f"{self.shown}:{call.lineno}", _sentence(lines[call.lineno - 1], one))

    @property
    def tree(self) -> nodes.Template:
        """Return what the chapter is made of."""
        return parsed(self.text, self.shown)


def _constants(call: nodes.Call) -> Iterator[str]:
    """Yield the ids that a call names: its first argument, or the items of a list, of a part its first."""
    from jinja2 import nodes

    first = call.args[0] if call.args else None
    parts = first.items if isinstance(first, nodes.List) else [first]
    for part in parts:
        one = part.items[0] if isinstance(part, nodes.List) and part.items else part
        if isinstance(one, nodes.Const) and isinstance(one.value, str):
            yield one.value


def _sentence(line: str, name: str) -> str:
    """Return the sentence of a line in which an id stands."""
    at = line.find(f'"{name}"')
    begin = max(line.rfind("。", 0, at), line.rfind(". ", 0, at)) + 1
    ends = [end for end in (line.find("。", at), line.find(". ", at)) if end >= 0]
    return line[begin : (min(ends) + 1 if ends else None)].strip()


def read_chapters(study: Path, shown: str, language: Language) -> list[Chapter]:
    """Return the chapters of a study in one language, in the order of their names.

    Raises:
        PublishError: when there are none, or one leads out of the study or is no text.
    """
    folder = study / "chapters" / language
    files = sorted(folder.glob("*.md"))
    if not files:
        raise PublishError("chapters", "there are none", where=f"{shown}/chapters/{language}", ways=("add 1-….md",))
    return [
        Chapter(file, name, _text(file, study, name))
        for file in files
        for name in (f"{shown}/chapters/{language}/{file.name}",)
    ]


def _text(file: Path, study: Path, shown: str) -> str:
    """Return the text of a file of a study; one that leads out of it is not opened."""
    inside = file.resolve().is_relative_to(study.resolve())
    if not inside or not file.is_file():
        raise PublishError("chapters", "this is no file of the study", why="a link may not lead out of it", where=shown)
    if file.stat().st_size > 4 * LONGEST:
        raise PublishError("chapters", f"{file.stat().st_size} bytes", why="a chapter is never so long", where=shown)
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PublishError("chapters", f"this is not UTF-8: {error}", where=shown) from None


def figure_document(study: Path, shown: str) -> Document:
    """Return ``figures.toml`` of a study, empty when there is none.

    Raises:
        PublishError: when it leads out of the study.
        PackError: when it is no TOML.
    """
    path = study / "figures.toml"
    where = f"{shown}/figures.toml"
    if not path.exists():
        return Document(path, {}, {}, where)
    _ = _text(path, study, where)
    return Document.read(path, where)


def chapter_problems(
    study: Path, shown: str, findings: Sequence[str], functions: Mapping[str, Callable[..., str]]
) -> list[XietongError]:
    """Return every reference that names nothing, every call that fits no function, every difference of languages."""
    document = figure_document(study, shown)
    errors: list[XietongError] = [
        UnknownName(f"figure {name}", "finding", one, findings, where=document.where(name))
        for name, used in _figure_findings(document).items()
        for one in used
        if one not in findings
    ]
    errors += figure_problems(document)
    chapters = {language: read_chapters(study, shown, language) for language in LANGUAGES}
    errors += chapter_form.file_problems(chapters)
    both = set.intersection(*({one.path.name for one in told} for told in chapters.values()))
    used_by: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for language, told in chapters.items():
        errors += chapter_form.heading_problems(told)
        called, read = dict[str, None](), list[Chapter]()
        for chapter in told:
            try:
                errors += [*_typed(chapter), *chapter_form.call_problems(chapter, functions)]
                references = list(chapter.references())
                read.append(chapter)
                called |= dict.fromkeys(name for name, _ in calls(chapter.tree))
            except Problems as problems:
                errors += problems.errors
                continue
            except PublishError as error:
                errors.append(error)
                continue
            errors += _unknown(references, document, findings)
            used_by[language] += [f"{one.function} {one.id}" for one in references if chapter.path.name in both]
        if len(read) == len(told):
            errors += chapter_form.ending_problems(told, called)
    return errors + list(_one_sided(used_by, shown))


def _unknown(references: Sequence[Reference], document: Document, findings: Sequence[str]) -> Iterator[XietongError]:
    """Yield one error for each reference to a finding or figure that is not there."""
    for one in references:
        known = document.data if one.function == "figure" else findings
        if one.function in _FUNCTIONS and one.id not in known:
            kind = "figure" if one.function == "figure" else "finding"
            yield UnknownName("chapter", kind, one.id, known, where=one.where)


def _one_sided(used_by: Mapping[Language, Sequence[str]], shown: str) -> Iterator[XietongError]:
    """Yield one error for each reference that only one language has."""
    for told in sorted(set(used_by["zh"]) ^ set(used_by["en"])):
        language = "zh" if told in used_by["zh"] else "en"
        what = f"'{told}' stands only in the chapters in {language}"
        yield PublishError("chapters", what, where=f"{shown}/chapters", ways=("state it in both languages",))


def _typed(chapter: Chapter) -> list[XietongError]:
    """Return one error for each number typed into a chapter that no rule excuses."""
    return [
        refused(number, "chapter", "text", f"{chapter.shown}:{line}")
        for line, words in prose(chapter.tree)
        for number in plain_numbers(words)
    ]


def _figure_findings(document: Document) -> dict[str, list[str]]:
    from xietong.publish.figures import read_specs

    return {name: spec.findings for name, spec in read_specs(document).items()}


def needed_by(study: Path, findings: Sequence[str]) -> list[XietongError]:
    """Return one error for each sentence and each figure that needs a finding which cannot be made."""
    shown = shown_name(study)
    document = figure_document(study, shown)
    errors: list[XietongError] = [
        PublishError(f"figure {name}", f"cannot be drawn: it needs {', '.join(lost)}", where=document.where(name))
        for name, used in _figure_findings(document).items()
        if (lost := [one for one in used if one in findings])
    ]
    for language in LANGUAGES:
        if (study / "chapters" / language).is_dir():
            for chapter in read_chapters(study, shown, language):
                errors += _lost_sentences(chapter, findings)
    return errors


def _lost_sentences(chapter: Chapter, findings: Sequence[str]) -> list[XietongError]:
    """Return one error for each sentence of a chapter, with all the findings that it lacks."""
    lost: dict[tuple[str, str], dict[str, None]] = {}
    for one in chapter.references():
        if one.id in findings:
            lost.setdefault((one.where, one.sentence), {}).setdefault(one.id)
    return [
        PublishError("sentence", f"needs {', '.join(names)}: {_CALL.sub(_name_of, sentence)}", where=where)
        for (where, sentence), names in lost.items()
    ]


def _name_of(call: re.Match[str]) -> str:
    """Return a call as a reader of a message wants it: the id that it names."""
    named = re.search(r'"([^"]+)"', call[0])
    return f"⟨{named[1]}⟩" if named else "⟨…⟩"
