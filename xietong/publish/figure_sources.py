"""The source line of a figure: the publications behind what it shows, and what a map stands on."""

from __future__ import annotations

from xietong.library.explanations import explain
from xietong.publish import page_sections
from xietong.publish.drawn_over_time import vintage_rows
from xietong.publish.drawn_relations import is_map
from xietong.publish.figure_scene import Scene, Spec
from xietong.publish.ground import Ground
from xietong.publish.numbers import Numbers
from xietong.publish.words import word

__all__ = ["figure_source"]


def figure_source(numbers: Numbers, spec: Spec, ground: Ground) -> str:
    """Return the source line of a figure, with the review number of a map."""
    edition, language = numbers.edition, numbers.language
    note = f" {ground.note(language)}." if is_map(Scene(spec, edition, language, ground)) else ""
    if "section" in spec.data:
        section = page_sections.section_of(edition, str(spec.data["finding"]), str(spec.data["section"]))
        return page_sections.source_line(numbers, section.rows, note=note)
    if "concept" in spec.data:
        known = vintage_rows(spec, edition.lines(str(spec.data["concept"])))
        lines = [line for rows in known.values() for line in rows]
    else:
        lines = [line for name, cell in spec.cells for line in explain(edition, name, cell, language).leaves()]
    cited = f"{numbers.cited(lines)}." if lines else f"{word('computed', language)}."
    return f"::: source\n{word('source', language)}: {cited}{note}\n:::\n"
