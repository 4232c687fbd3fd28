"""The framework: tasks and paths with the holes, scorecards, elements with what answers them, targets, versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.web.linked import Linked
from xietong.app.web.site import Site, language_of
from xietong.diagnosis.framework import STATES
from xietong.errors import UnknownName
from xietong.library.labels import Label, Language
from xietong.publish import programme
from xietong.publish.framework_tables import versions
from xietong.publish.index_tables import goalposts, turning
from xietong.publish.numbers import Numbers
from xietong.publish.tables import scorecard

MATRIX, CARD, VERSIONS, ELEMENTS, TARGETS = (
    "framework.matrix", "framework.scorecard", "framework.versions", "coverage", "targets",
)  # fmt: skip
_PARTS = {
    "versions": Label("与前一版相比", "Against the version before"),
    "elements": Label("要素：做什么，见于何处，缺什么", "Elements: what is done, where it shows, what is missing"),
    "measured": Label("有数可比的目标", "Targets held against data"),
    "unseen": Label("没有数据的目标", "Targets without data"),
    "words": Label("文字目标及其判断规则", "Targets in words, and their rules"),
    "goalposts": Label("指数的目标值", "Goalposts of the indices"),
    "turning": Label("改变结论的选择", "Choices that turn a conclusion"),
}


def routes(site: Site) -> list[Route]:
    """Return the routes of the framework and of its tasks and paths; none where the study has no framework."""

    async def whole(request: Request) -> Response:
        return site.kept(request, lambda: _whole(site, request))

    async def one(request: Request) -> Response:
        return site.kept(request, lambda: _one(site, request))

    return [Route("/framework", whole), Route("/framework/{name}", one)] if MATRIX in site.edition.ids else []


def _whole(site: Site, request: Request) -> str:
    language = language_of(request)
    linked, payload = Linked(site, language), site.edition.finding(MATRIX).payload
    made: dict[str, tuple[str, Callable[[Numbers], str]]] = {
        "versions": (VERSIONS, lambda n: versions(n, VERSIONS, _PARTS["versions"].text(language))),
        "elements": (ELEMENTS, lambda n: programme.coverage(n, ELEMENTS, _PARTS["elements"].text(language))),
        "goalposts": ("index.facets", lambda n: goalposts(n, "index.facets", _PARTS["goalposts"].text(language))),
        "turning": ("index.turning", lambda n: turning(n, "index.turning", _PARTS["turning"].text(language))),
    }
    parts = {
        key: (_PARTS[key].text(language), linked.blocks(make))
        for key, (finding, make) in made.items()
        if finding in site.edition.ids
    }
    parts |= _targets(site, linked, language)
    states = _counted(site, language)
    return site.text(request, "framework.html", matrix=_named(payload, language), parts=parts, states=states)


def _targets(site: Site, linked: Linked, language: Language) -> dict[str, tuple[str, str]]:
    """Return the tables of the targets, those that have a row."""
    if TARGETS not in site.edition.ids:
        return {}
    have = {row["state"] for row in site.edition.finding(TARGETS).payload["rows"]}
    kept = {"words": {"not measurable"}, "unseen": {"no data", "not retrieved"}}
    shown = [key for key in ("measured", "unseen", "words") if kept.get(key, have - set().union(*kept.values())) & have]

    def table(part: str) -> tuple[str, str]:
        title = _PARTS[part].text(language)
        return title, linked.blocks(lambda numbers: programme.targets(numbers, TARGETS, title, part))

    return {part: table(part) for part in shown}


def _named(payload: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the matrix with its names in one language."""
    named = {
        part: {key: Label(*one).text(language) for key, one in payload[part].items()} for part in ("tasks", "paths")
    }
    return {**named, "cells": payload["cells"], "holes": payload["holes"], "version": payload["version"]}


def _counted(site: Site, language: Language) -> dict[str, int]:
    counts = site.edition.finding(CARD).payload["counts"]
    return {STATES[key].text(language): count for key, count in counts.items()}


def _one(site: Site, request: Request) -> str:
    """Return the scorecard of a task, or of a path over all tasks."""
    language, name = language_of(request), str(request.path_params["name"])
    payload = site.edition.finding(MATRIX).payload
    known = {**payload["tasks"], **payload["paths"]}
    if name not in known:
        raise UnknownName("framework", "task or path", name, known)
    label, linked = Label(*known[name]).text(language), Linked(site, language)
    kind = "task" if name in payload["tasks"] else "path"
    count = sum(row[kind] == name for row in site.edition.finding(CARD).payload["rows"])
    table = linked.blocks(lambda n: scorecard(n, CARD, f"{name} {label}", **{kind: name})) if count else ""
    others = {one: Label(*told).text(language) for one, told in known.items()}
    hole = name in payload["holes"]
    return site.text(
        request, "card.html", name=name, label=label, table=table, kind=kind, hole=hole, others=others, count=count
    )
