"""The typeface of the site in slices: a browser fetches those whose characters its page shows, and keeps them.

The first slice has what the overview shows; the others what else the edition, the registers and the pages of the site
say, the most frequent characters first. Each is cut once and kept beside the editions. Readers with a typeface of their
own for the script fetch none: it stands before ours.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.web.overview import first_pages
from xietong.app.web.site import TEMPLATES, Site, answered
from xietong.errors import UnknownName
from xietong.publish.fonts import BOLD, REGULAR, missing_characters, page_font

_CUTS = {"regular": (REGULAR, 400), "bold": (BOLD, 700)}
_PACKAGE = Path(__file__).parent.parent.parent
"""Fixed words, such as those of verdicts and states, stand in the code."""
_NEXT = 260
"""Characters of each slice after the first."""
_HEAVY = re.compile(
    r'<(h[1-3]|strong|b)\b.*?</\1>|class="(?:brand|verdict)">.*?</|font-weight="(?:bold|700)".*?</', re.DOTALL
)
"""What the style of the site sets bold."""


def routes(site: Site) -> list[Route]:
    """Return the routes of the rules of the typeface and of its slices."""
    slices = Slices(site)

    async def rules(request: Request) -> Response:
        packed = await site.pages.beside(lambda: gzip.compress(slices.rules.encode(), 6, mtime=0))
        return answered(packed, request.headers, "text/css; charset=utf-8")

    async def font(request: Request) -> Response:
        name = str(request.path_params["name"])
        body = await site.pages.beside(lambda: slices.font(name))
        return Response(body, media_type="font/woff", headers={"Cache-Control": "public, max-age=31536000, immutable"})

    return [Route("/typeface.css", rules), Route("/typeface/{name}.woff", font)]


class Slices:
    """The characters of a site in slices, each known by the digest of its characters and its cut."""

    _latin = "".join(map(chr, range(0x20, 0x7F))) + "·—–−≥≤→≠…“”‘’（），。；：、《》"

    def __init__(self, site: Site) -> None:
        self.site = site

    @cached_property
    def parts(self) -> Mapping[str, Sequence[str]]:
        """The slices of each cut: what the overview shows, then the rest by how often it stands in the edition."""
        counts = Counter("".join((*self.site.edition.texts(), *self._of_registers())))
        files = (*sorted(TEMPLATES.glob("*.html")), *sorted(_PACKAGE.rglob("*.py")))
        counts.update("".join(path.read_text(encoding="utf-8") for path in files))
        absent = set(missing_characters(counts))
        first = "".join(first_pages(self.site))
        heavy = "".join(match[0] for match in _HEAVY.finditer(first))
        found = {}
        for cut, part in (("regular", first), ("bold", heavy)):
            begin = sorted(({*part, *self._latin}) & ({*counts, *self._latin} - absent))
            rest = sorted((one for one in counts if one not in {*begin, *absent}), key=lambda one: (-counts[one], one))
            signs = [one for one in rest if one.isprintable()]
            slices = ["".join(sorted(signs[at : at + _NEXT])) for at in range(0, len(signs), _NEXT)]
            found[cut] = ["".join(one for one in begin if one.isprintable()), *slices]
        return found

    def _of_registers(self) -> Iterator[str]:
        """Yield the texts of the registers, which do not stand in the edition."""
        for register in self.site.holdings.pack.registers.values():
            kind = register.kind
            told = [kind.label, kind.description, kind.uncertainty, *kind.states.values()]
            told += [one for each in kind.not_published for one in (each.label, each.reason)]
            told += [one.label for one in kind.attributes.values()]
            told += [one.label for one in kind.relations.values()]
            told += [one.label for one in kind.totals]
            yield from map(str, told)
            yield from (text for one in kind.attributes.values() for text in one.words)
            yield from (text for row in register.rows for text in (row.name, *row.values))
            yield from (one.evidence for one in register.states)
            yield from (one.cite() for one in kind.origins.values())

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """The cut and the characters of every slice by its name."""
        return {
            f"{cut}-{sha256(part.encode()).hexdigest()[:12]}": (cut, part)
            for cut, parts in self.parts.items()
            for part in parts
        }

    @property
    def rules(self) -> str:
        """Return the rules by which a browser finds the slices."""
        return "\n".join(
            f"@font-face{{font-family:'Noto Sans SC';font-weight:{_CUTS[cut][1]};font-display:swap;"
            f"src:url(/typeface/{name}.woff) format('woff');unicode-range:{_ranges(part)}}}"
            for name, (cut, part) in self.names.items()
        )

    def font(self, name: str) -> bytes:
        """Return a slice, cut now unless it was cut before.

        Raises:
            UnknownName: when there is none of that name.
        """
        if name not in self.names:
            raise UnknownName("typeface", "slice", name, self.names)
        file = self.site.folder / "typeface" / f"{name}.woff"
        if not file.is_file():
            cut, part = self.names[name]
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(".new")
            draft.write_bytes(page_font(part, _CUTS[cut][0]))
            draft.replace(file)
        return file.read_bytes()


def _ranges(part: str) -> str:
    """Return characters as the runs of a rule: ``U+20-7E,U+4E00``."""
    codes, runs = sorted(map(ord, part)), list[list[int]]()
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)
