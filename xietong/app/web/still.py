"""The observatory as files: where the page of an address lies, and a page whose links lead from file to file.

Chinese pages lie at the root and English ones below ``en``; what is the same in both lies once. A page is what the
same view gives to a reader of the served site; only its addresses are other ones. What somebody would have to answer
(a search, a run, a contribution) is no file: a link to it loses its address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from html import escape, unescape
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import numpy as np

from xietong.app.web.site import Site, address
from xietong.library.labels import Language

_LINK = re.compile(r'(?<=[ "])(href|src)="([^"]*)"')
_FORMS = {"csv": ".csv", "xlsx": ".xlsx", "json": ".json", "geojson": ".geojson", "dc": ".dc.xml", "lido": ".lido.xml"}
_ANSWERED = ("/account", "/api", "/audit", "/check", "/contribute", "/measures", "/oai", "/review")
_ODD = re.compile(r"[^\w.()-]")


@dataclass(frozen=True)
class Place:
    """Where an address leads in the folder: the file, the address whose page the file holds, and the anchor in it."""

    file: str
    source: str
    anchor: str = ""

    @cached_property
    def href(self) -> str:
        """Return the file as it stands in a link."""
        return quote(self.file)


@dataclass
class Still:
    """The addresses of a site as files; ``found`` holds every file that a link led to, with the address of its page."""

    site: Site
    found: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Place | None] = field(default_factory=dict)

    def place(self, link: str) -> Place | None:
        """Return where an address without an anchor leads; None where only somebody who answers could take it."""
        if link not in self._known:
            self._known[link] = self._place(link)
        return self._known[link]

    def page(self, text: str, here: str) -> str:
        """Return the page of the address ``here`` with links that lead from its file to others."""
        own = self.place(here)
        begin = "../" * own.file.count("/") if own else ""
        path = here.partition("?")[0]

        def led(match: re.Match[str]) -> str:
            name, link = match[1], unescape(match[2])
            if link.startswith(("#", "http:", "https:", "data:", "mailto:")):
                return match[0]
            base, _, told = link.partition("#")
            place = self.place(path + base if base.startswith("?") else base)
            if place is None:
                return ""
            self.found.setdefault(place.file, place.source)
            anchor = place.anchor if told in ("", "explanation") and place.anchor else told
            file = "" if anchor and own is not None and place.file == own.file else begin + place.href
            return f'{name}="{file}{"#" if anchor else ""}{escape(anchor)}"'

        return _LINK.sub(led, text)

    def _place(self, link: str) -> Place | None:
        parts = urlsplit(link)
        query = dict(parse_qsl(parts.query))
        language: Language = "en" if query.pop("language", "zh") == "en" else "zh"
        begin = "en/" if language == "en" else ""
        steps = [unquote(one) for one in parts.path.split("/") if one]
        if self._answered(parts.path, steps):
            return None
        if not steps:
            shown = query.get("show", "")
            source = address("/", language, show=shown)
            return Place(f"{begin}{_named(f'overview-{shown}') if shown else 'index'}.html", source)
        if (steps[0] in ("static", "assets", "typeface", "report") and len(steps) > 1) or steps == ["typeface.css"]:
            return Place("/".join(steps), parts.path)
        form = steps[-1] if len(steps) > 2 and steps[0] != "registers" else steps[3] if steps[2:3] == ["file"] else ""
        if form in _FORMS:
            begin = begin if form == "xlsx" and steps[0] != "registers" else ""
            return Place(f"{begin}{steps[0]}/{_named(steps[1])}{_FORMS[form]}", address(parts.path, language))
        if steps == ["compare"]:
            named = _named("-".join(["compare", *query.values()]))
            return Place(f"{begin}{named}.html", address(parts.path, language, **query))
        name = "/".join([steps[0], *map(_named, steps[1:])])
        anchor = self._anchor(steps, query)
        return Place(f"{begin}{name}.html", address(parts.path, language), anchor)

    def _answered(self, path: str, steps: list[str]) -> bool:
        """Return whether an address is no page: somebody would have to answer, or it is internal."""
        if any(path == one or path.startswith(f"{one}/") for one in _ANSWERED) or "run" in steps[2:]:
            return True
        if steps[:1] != ["registers"] or len(steps) < 3:
            return False
        register, item = self.site.holdings.pack.registers.all.get(steps[1]), "/".join(steps[2:])
        return register is not None and item in register and register[item].public() is None

    def _anchor(self, steps: list[str], query: Mapping[str, str]) -> str:
        """Return the anchor that stands for what an address asks of a page that holds all of it."""
        if steps[0] == "finding" and query:
            return self._cell(steps[1], query)
        return f"p{query['place'].partition(',')[0]}" if steps[0] == "indicators" and query.get("place") else ""

    def _cell(self, name: str, at: Mapping[str, str]) -> str:
        """Return the anchor of one cell of a finding, that of all of them where the address leaves an axis open."""
        series = self.site.edition.finding(name).series if name in self.site.edition.ids else None
        if series is None or [one.name for one in series.axes if at.get(one.name) not in one.labels]:
            return "explanation"
        index = [one.labels.index(at[one.name]) for one in series.axes]
        return f"c{int(np.ravel_multi_index(index, series.values.shape)) if index else 0}"


def _named(text: str) -> str:
    """Return a name as a file may have it on any machine; one with other signs keeps its digest."""
    plain = _ODD.sub("_", text).strip(".")
    return plain if plain == text else f"{plain}-{sha256(text.encode()).hexdigest()[:8]}"
