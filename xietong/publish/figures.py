"""Figures of a study: ``figures.toml`` names a kind and findings; one spec gives one drawing for all outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xietong.errors import UnknownName
from xietong.library.labels import Language
from xietong.library.store import Edition
from xietong.publish import drawn_in_rows, drawn_over_time, drawn_relations, sentences
from xietong.publish.drawing import Drawing
from xietong.publish.figure_scene import Scene, Spec, read_specs
from xietong.publish.ground import PACKED, Ground
from xietong.publish.numbers import Numbers
from xietong.publish.template import rendered

__all__ = ["KINDS", "Drawing", "Spec", "alternative", "draw", "read_specs"]

_KINDS: dict[str, Callable[[Scene], Drawing]] = {
    "dumbbell": drawn_in_rows.dumbbell,
    "framework": drawn_relations.framework,
    "grouped bars": drawn_in_rows.grouped,
    "intervals": drawn_in_rows.intervals,
    "lines": drawn_over_time.lines,
    drawn_relations.MAPPED: drawn_relations.mapped,
    "page": drawn_relations.of_page,
    "ranges": drawn_in_rows.ranges,
    "releases": drawn_over_time.releases,
    "sankey": drawn_relations.sankey,
    "stacked bars": drawn_in_rows.stacked,
    "vintages": drawn_over_time.vintages,
}

KINDS: Sequence[str] = tuple(_KINDS)


_SAID = ("chosen", "extreme", "trend")
"""The functions that an alternative text may call: those that choose words by the values."""


def draw(spec: Spec, edition: Edition, language: Language, ground: Ground = PACKED) -> Drawing:
    """Return the drawing of a figure from the findings that it names, and what they say in words.

    Raises:
        UnknownName: when the kind does not exist.
        PublishError: when a finding carries no values.
    """
    if spec.kind not in _KINDS:
        raise UnknownName(f"figure {spec.id}", "kind", spec.kind, _KINDS, where=spec.where)
    return _KINDS[spec.kind](Scene(spec, edition, language, ground))


def alternative(spec: Spec, drawing: Drawing, edition: Edition, language: Language) -> str:
    """Return the alternative text of a figure: the words of the study, then what the drawn values say.

    Raises:
        Problems: when a call in the words fails.
    """
    functions = sentences.functions(Numbers(edition, language))
    words = rendered(spec.text("alt", language), spec.where, {name: functions[name] for name in _SAID})
    stop = "。" if language == "zh" else ". "
    return (f"{words.rstrip('。. ')}{stop}" if words else "") + drawing.told
