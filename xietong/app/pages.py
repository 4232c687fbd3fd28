"""Pages at the desk: the systems of a study and the outcomes of its plans, in every form in which a page is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xietong.app import desk
from xietong.errors import UnknownName
from xietong.library.labels import Language
from xietong.library.pages import Page, page
from xietong.publish.ground import PACKED, Ground, ground_of
from xietong.publish.page_html import page_html
from xietong.publish.page_tables import page_csv, page_json, page_workbook
from xietong.publish.page_text import page_text

SYSTEM = "system."
"""How the finding of a system begins."""


def systems(study: Path, out: Path, language: Language) -> list[str]:
    """Return name and title of every system of the edition.

    Raises:
        EditionError: when nothing is built.
    """
    with desk.open_edition(study, out) as edition:
        named = [name for name in edition.ids if name.startswith(SYSTEM)]
        labels = {name.removeprefix(SYSTEM): edition.finding(name).label.text(language) for name in named}
    return [f"{name}  {label}" for name, label in labels.items()]


def system(name: str, study: Path, out: Path) -> tuple[Mapping[str, Any], str]:
    """Return the payload of a system's page and the edition it is from.

    Raises:
        UnknownName: when the edition has no such system.
        EditionError: when nothing is built.
    """
    with desk.open_edition(study, out) as edition:
        known = [one.removeprefix(SYSTEM) for one in edition.ids if one.startswith(SYSTEM)]
        if name not in known:
            raise UnknownName("system", "system", name, known)
        return edition.finding(f"{SYSTEM}{name}").payload, edition.digest[:12]


def ground(study: Path, out: Path) -> Ground:
    """Return what the maps of a study stand on: their review number, and outlines of its own.

    Raises:
        PackError: when its file of boundaries cannot be read.
        EditionError: when nothing is built.
    """
    with desk.open_edition(study, out) as edition:
        return ground_of(edition, study)


def written(
    payload: Mapping[str, Any], form: str, language: Language, *, shown: Page | None = None, edition: str = "",
    section: str = "", limit: int = 30, ground: Ground = PACKED,
) -> bytes:  # fmt: skip
    """Return a page as text, HTML, CSV, workbook or JSON; ``shown`` is the page when it is more than the payload says.

    Raises:
        UnknownName: when the page has no such section.
    """
    whole = shown or page(payload)
    if section:
        known = {one.id: one for one in whole.sections}
        if section not in known:
            raise UnknownName(f"page {whole.id}", "section", section, known)
        whole = Page(whole.id, whole.title, whole.text, (known[section],))
    if form == "csv":
        return page_csv(whole, section, language)
    if form == "xlsx":
        return page_workbook(whole, language)
    texts = {"text": lambda: page_text(whole, language, limit), "json": lambda: page_json(payload)}
    return texts.get(form, lambda: page_html(whole, language, edition, ground))().encode()
