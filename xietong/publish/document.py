"""The document that three writers set: plain Markdown with figures, numbered by the caller and by nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xietong.publish.word_house import House

__all__ = ["Document", "Figure", "Language"]

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Figure:
    """One drawing in both forms, its caption, the words for those who cannot see it, and the anchor of its entry."""

    svg: str
    png: bytes
    caption: str
    alt: str
    entry: str = ""


@dataclass(frozen=True, eq=False)
class Document:
    """A report ready to be set: the same text and the same drawings for HTML, Word and PDF.

    ``body_md`` is Markdown as pandoc reads it. What the writers know:

    * headings ``#`` to ``###``, each with an id (``{#id}``) or given one; numbers stand in the text already;
    * pipe tables with a caption line ``: 表 1 …``;
      the numbers of dashes below the head share out the width where a line is longer than 72 characters;
    * a paragraph ``![图 1 …](figure:ID)`` for the figure ``figures[ID]``; an empty caption takes the figure's own;
    * footnotes ``[^id]``; links ``[104442.1](#n-x)`` to anchors ``[]{#n-x}`` or headings; spans ``[104442.1]{.num}``;
    * fenced divisions ``::: source`` (the source line of a figure or table), ``::: keypoints`` (a framed list of
      findings), ``::: caution`` (a framed warning) and ``::: small`` (appendix in small type).

    ``house`` is the user's own Word file whose styles and page the Word file takes.

    Raw HTML and attributes other than ids and classes are not taken over. Refused are unknown figures, links to
    nowhere, ids used twice, headings that skip a level, and characters that the typeface lacks.
    """

    language: Language
    title: str
    subtitle: str
    edition: str
    date_line: str
    abstract_md: str
    body_md: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    footer: str = ""
    house: House | None = None
