"""Chapters of a study: Markdown with references to findings, read in a sandbox; what they refer to, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xietong.errors import PublishError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.documents import shown as shown_name
from xietong.library.labels import Language

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

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
)
_CALL = re.compile(r"\{\{.*?\}\}")
_TYPED = re.compile(r"\d{2,}\.\d+|\d{4,}\.?\d*\s*(?:亿|万|%)")


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
        """
        from jinja2 import TemplateSyntaxError, nodes

        try:
            tree = environment().parse(self.text)
        except TemplateSyntaxError as error:
            where = f"{self.shown}:{error.lineno}"
            raise PublishError("chapter", f"this is no template: {error.message}", where=where) from error
        lines = self.text.splitlines()
        for call in tree.find_all(nodes.Call):
            function = call.node.name if isinstance(call.node, nodes.Name) else ""
            for one in _constants(call):
                yield Reference(function, one, f"{self.shown}:{call.lineno}", _sentence(lines[call.lineno - 1], one))


def _constants(call: nodes.Call) -> Iterator[str]:
    """Yield the ids that a call names: its first argument, or the first item of each part of a list."""
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


def environment() -> SandboxedEnvironment:
    """Return the sandbox in which chapters run: no attribute access to the outside, no silent gaps."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, comment_start_string="{##",
        comment_end_string="##}",
    )  # fmt: skip


def read_chapters(study: Path, shown: str, language: Language) -> list[Chapter]:
    """Return the chapters of a study in one language, in the order of their names.

    Raises:
        PublishError: when there are none.
    """
    folder = study / "chapters" / language
    files = sorted(folder.glob("*.md"))
    if not files:
        raise PublishError("chapters", "there are none", where=f"{shown}/chapters/{language}", ways=("add 1-….md",))
    return [
        Chapter(file, f"{shown}/chapters/{language}/{file.name}", file.read_text(encoding="utf-8")) for file in files
    ]


def figure_document(study: Path, shown: str) -> Document:
    """Return ``figures.toml`` of a study, empty when there is none."""
    path = study / "figures.toml"
    where = f"{shown}/figures.toml"
    return Document.read(path, where) if path.exists() else Document(path, {}, {}, where)


def chapter_problems(study: Path, shown: str, findings: Sequence[str]) -> list[XietongError]:
    """Return every reference of chapters and figures that names nothing, and every difference between languages."""
    document = figure_document(study, shown)
    errors: list[XietongError] = [
        UnknownName(f"figure {name}", "finding", one, findings, where=document.where(name))
        for name, used in _figure_findings(document).items()
        for one in used
        if one not in findings
    ]
    used_by: dict[Language, list[str]] = {}
    for language in LANGUAGES:
        used_by[language] = []
        for chapter in read_chapters(study, shown, language):
            errors += _typed(chapter)
            for one in chapter.references():
                known = document.data if one.function == "figure" else findings
                if one.function in _FUNCTIONS and one.id not in known:
                    kind = "figure" if one.function == "figure" else "finding"
                    errors.append(UnknownName("chapter", kind, one.id, known, where=one.where))
                used_by[language].append(f"{one.function} {one.id}")
    for told in sorted(set(used_by["zh"]) ^ set(used_by["en"])):
        language = "zh" if told in used_by["zh"] else "en"
        what = f"'{told}' stands only in the chapters in {language}"
        errors.append(PublishError("chapters", what, where=f"{shown}/chapters", ways=("state it in both languages",)))
    return errors


def _typed(chapter: Chapter) -> list[XietongError]:
    """Return one error for each number typed into prose outside a reference."""
    errors: list[XietongError] = []
    for number, line in enumerate(chapter.text.splitlines(), start=1):
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", line)
        if found := _TYPED.search(bare):
            what = f"the number '{found[0]}' is typed into the text"
            ways = ("refer to a finding: {{ number('id', …) }}",)
            errors.append(PublishError("chapter", what, where=f"{chapter.shown}:{number}", ways=ways))
    return errors


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
