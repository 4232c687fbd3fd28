"""The observatory written into a folder: every page, file and map of an edition, to be read without a server."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Route

from xietong.app.web import analyses, framework, indicators, overview, places, reading, registers
from xietong.app.web.ahead import addresses, asked
from xietong.app.web.site import NAVIGATION, STATIC, Kept, Site
from xietong.app.web.still import Still
from xietong.app.web.typeface import Slices
from xietong.errors import EditionError, UnknownName
from xietong.library.labels import Language

_PARTS = (overview, reading, framework, indicators, places, registers, analyses)
LIST = "files.txt"
"""The names of the files of a site, one a line; it marks a folder as ours, and says what a later run may remove."""
ENGLISH: Language = "en"
TYPEFACE = "typeface.css"
_URL = re.compile(r"url\(/")


@dataclass(frozen=True)
class Written:
    """What was written: the folder, how many files it has and of how many bytes, how many former ones were removed."""

    folder: Path
    files: int
    bytes: int
    removed: int


def write_site(study: Path, out: Path, folder: Path, day: date, reports: frozenset[str]) -> Written:
    """Write the current edition of a study into a folder; states of items are told as of ``day``.

    The same edition, pack and day give the same bytes. Files of a former site that are not of this one are removed.

    Raises:
        EditionError: when nothing is built, or the folder holds something else.
    """
    kept = Folder(folder)
    kept.begin()
    site = _site(study, out, day, reports)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        english = beside.submit(_in_english, study, out, day, reports, kept)
        signs = _pages(site, kept, "zh")
        names, size, more = english.result()
    kept.names |= names
    kept.size += size
    for name, content in _typeface(site, signs | more):
        kept.put(name, content)
    return kept.end()


def _site(study: Path, out: Path, day: date, reports: frozenset[str]) -> Site:
    """Return the site of the parts that are read, and nothing that somebody would have to answer."""
    site = Site(study, out, inside=False, day=day, reports=reports)
    answered = {route.path for part in _PARTS for route in part.routes(site)}
    site.shown = {path: label for path, label in NAVIGATION.items() if path in answered}
    return site


def _pages(site: Site, folder: Folder, language: Language) -> set[str]:
    """Write the pages in one language, with the files that both share beside the Chinese ones; return their signs."""
    writer = _Writer(site, [route for part in _PARTS for route in part.routes(site)], folder, language)
    asyncio.run(writer.write())
    return writer.signs


def _in_english(
    study: Path, out: Path, day: date, reports: frozenset[str], folder: Folder
) -> tuple[set[str], int, set[str]]:
    """Write the English pages in a process of their own; return names, bytes and signs."""
    signs = _pages(_site(study, out, day, reports), folder, ENGLISH)
    return folder.names, folder.size, signs


@dataclass
class Folder:
    """A folder that a site is written into; a file that has its bytes already is left as it is."""

    path: Path
    names: set[str] = field(default_factory=set)
    size: int = 0
    former: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Take the folder, or the one that a former run began or ended.

        Raises:
            EditionError: when it holds something that is no site.
        """
        mark = self.path / LIST
        if self.path.exists() and not self.path.is_dir():
            raise EditionError("site", f"{self.path.as_posix()} is a file", ways=("name a folder: --to FOLDER",))
        if mark.is_file():
            self.former = set(mark.read_text(encoding="utf-8").splitlines())
        elif self.path.is_dir() and (others := sorted(one.name for one in self.path.iterdir())):
            what = f"{self.path.as_posix()} is not empty and no site of ours: it holds {', '.join(others[:3])}"
            why = "a site removes what a former one left, and must not remove the files of others"
            raise EditionError("site", what, why=why, ways=("name a new folder: --to FOLDER", "or empty this one"))
        self.path.mkdir(parents=True, exist_ok=True)
        mark.write_text("".join(f"{one}\n" for one in sorted(self.former)), encoding="utf-8", newline="\n")

    def put(self, name: str, content: bytes) -> None:
        """Write one file; its name stands in the list before it is there, so that a run that ends early is known."""
        file = self.path / name
        if name not in self.former:
            with (self.path / LIST).open("a", encoding="utf-8", newline="\n") as told:
                told.write(f"{name}\n")
        self.names.add(name)
        self.size += len(content)
        if not file.is_file() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def end(self) -> Written:
        """Remove what a former site left, and write down what this one has."""
        old = sorted((one for one in self.former - self.names if self._ours(one)), reverse=True)
        for name in old:
            (self.path / name).unlink()
            with suppress(OSError):
                (self.path / name).parent.rmdir()
        told = "".join(f"{one}\n" for one in sorted(self.names))
        (self.path / LIST).write_text(told, encoding="utf-8", newline="\n")
        return Written(self.path, len(self.names), self.size, len(old))

    def _ours(self, name: str) -> bool:
        """Return whether a name of the list is that of a file inside the folder."""
        return (self.path / name).is_file() and (self.path / name).resolve().is_relative_to(self.path.resolve())


@dataclass
class _Writer:
    """Follows every link from the pages that are opened first, until no page has a new one."""

    site: Site
    routes: list[Route]
    folder: Folder
    language: Language
    signs: set[str] = field(default_factory=set)

    async def write(self) -> None:
        """Write every page and every file that a page leads to."""
        still = Still(self.site)
        for link in addresses(self.site):
            if (place := still.place(link)) is not None:
                still.found.setdefault(place.file, place.source)
        done: set[str] = set()
        while waiting := sorted(filter(self._mine, still.found.keys() - done)):
            for name in waiting:
                self.folder.put(name, await self._content(still, name, still.found[name]))
            done |= set(waiting)

    def _mine(self, name: str) -> bool:
        """Return whether a file is written with the pages in this language; the typeface comes when all are known."""
        english = name.startswith(f"{ENGLISH}/")
        return english == (self.language == ENGLISH) and name != TYPEFACE

    async def _content(self, still: Still, name: str, source: str) -> bytes:
        if source.startswith("/static/"):
            return (STATIC / source.removeprefix("/static/")).read_bytes()
        try:
            response = await self._answer(source)
            content = response.make().encode() if isinstance(response, Kept) else bytes(getattr(response, "body", b""))
        except UnknownName as error:
            raise EditionError("site", f"a page leads to {source}, which is not there", why=str(error)) from error
        if isinstance(response, FileResponse):
            return Path(response.path).read_bytes()
        if not name.endswith(".html"):
            return content
        text = content.decode()
        self.signs |= set(text)
        return still.page(text, source).encode()

    async def _answer(self, source: str) -> Response:
        """Return what the view of an address answers.

        Raises:
            EditionError: when no view answers it: a page has a dead link.
            UnknownName: when its view says that there is no such thing.
        """
        scope = asked(source)
        for route in self.routes:
            match, more = route.matches(scope)
            if match is Match.FULL:
                response: Response = await route.endpoint(Request({**scope, **more}))
                return response
        raise EditionError("site", f"a page leads to {source}, which no view answers")


def _typeface(site: Site, signs: set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the rules of the typeface and the slices that have a sign of a page."""
    slices = Slices(site)
    used = {name for name, (_, part) in slices.names.items() if signs & set(part)}
    rules = [one for name, one in zip(slices.names, slices.rules.splitlines(), strict=True) if name in used]
    yield TYPEFACE, _URL.sub("url(", "\n".join(rules)).encode()
    for name in slices.names:
        if name in used:
            yield f"typeface/{name}.woff", slices.font(name)
