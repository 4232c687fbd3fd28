"""Reads a written PDF as a stranger: the text that its pages draw, in the order and the roles that its tags give.

Only tagged files can be read: what is on no tag is page furniture. A page is read by its operators, a glyph by the
table of characters of its font, a link by where on which page it lands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from xietong.errors import PublishError
from xietong.publish.written_parts import Piece, Run, Written, joined, placed

__all__ = ["read_pdf"]

_PLAIN = rb"[^\\()]|\\."
_INNER = rb"\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb")*\))*\))*\)"
"""Brackets inside a string need no escape as long as they close; three levels of them are read."""
_TOKEN = re.compile(
    rb"\((?:" + _PLAIN + rb"|" + _INNER + rb")*\)|<[0-9A-Fa-f\s]*>|<<|>>|/[^\s/<>()\[\]{}%]*|[\[\]]|[^\s/<>()\[\]{}%]+",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r?\n)|(.))", re.DOTALL)
_LETTERS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ROLES: Final = {
    **dict.fromkeys(("H", "H1", "H2", "H3", "H4", "H5", "H6"), "heading"),
    **dict.fromkeys(("P", "LI", "LBody", "Div", "Part", "Document", "L", "Table", "BlockQuote", "Sect"), "text"),
    **dict.fromkeys(("TOC", "TOCI"), "contents"),
    **dict.fromkeys(("TD", "TH"), "cell"),
    **dict.fromkeys(("THead", "TBody", "TR", "TFoot"), "text"),
    "Caption": "caption",
    "Note": "note",
    "Figure": "drawing",
}
"""Tags that begin a piece, and its role."""
_KEPT: Final = frozenset(("contents", "note", "cell", "caption", "heading"))
_HYPHEN: Final = "\u2010\u00ad"
_STEP: Final = 1.2
"""From one letter of a drawing to the next, in sizes of its type."""
_SPARE: Final = 10.0
"""Points that a link lands higher, so that the line that it leads to stands clear of the window's edge."""
_NEAR: Final = 30.0
"""Points from there to the foot of the first line."""


@dataclass(frozen=True)
class _Chunk:
    """What one text object draws: its characters, where its line stands, and the size of its type."""

    text: str
    across: float
    height: float
    size: float

    def follows(self, before: _Chunk) -> bool:
        """Return whether it goes on where another ends, as the letters of a drawing do."""
        return self.height == before.height and 0 < self.across - before.across < _STEP * self.size


def read_pdf(path: Path) -> Written:
    """Return what a tagged PDF shows.

    Raises:
        PublishError: when the file has no tags: its text would have no order and no roles.
    """
    from pypdf import PdfReader

    reader = PdfReader(str(path))
    root: Any = reader.trailer["/Root"]
    if "/StructTreeRoot" not in root:
        raise PublishError(path.name, "the file has no tags", why="nobody can tell a table from a heading in it")
    walk = _Walk(reader)
    pieces = list(walk.pieces(root["/StructTreeRoot"]))
    return Written(path.name, placed(_led(pieces, walk)))


class _Walk:
    """The walk over the tags of one file."""

    def __init__(self, reader: Any) -> None:
        self.pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
        self.names = reader.named_destinations
        self.fonts: dict[int, dict[int, str]] = {}
        self.marked = [_marked(page, self.fonts) for page in reader.pages]
        self.row = 0
        self.runs: list[Run] = []
        self.where: tuple[int, float] | None = None
        self.places: list[tuple[int, float, int]] = []
        self.made = 0

    def pieces(self, root: Any) -> Iterator[Piece]:
        kids = root["/K"]
        roles = {key.lstrip("/"): value.lstrip("/") for key, value in root.get("/RoleMap", {}).items()}
        for kid in kids if isinstance(kids, list) else [kids]:
            yield from self._below(kid.get_object(), ("text", "", 0), Run(""), roles)

    def _cut(self, role: str, note: str) -> Iterator[Piece]:
        runs = joined(self.runs)
        if runs:
            anchor = f"@{self.made}"
            if self.where is not None:
                self.places.append((self.where[0], -self.where[1], self.made))
                role = "cover" if role == "text" and self.where[0] == 0 else role
            self.made += 1
            yield Piece(role, runs, (anchor,), self.row if role == "cell" else 0, note)
        self.runs, self.where = [], None

    def _below(self, element: Any, state: tuple[str, str, int], like: Run, roles: dict[str, str]) -> Iterator[Piece]:
        role, note, page = state
        tag = element.get("/S", "").lstrip("/")
        tag = roles.get(tag, tag)
        page = self._page(element, page)
        block = tag in _ROLES
        if block:
            saved, self.runs = self.runs, []
            place, self.where = self.where, None
            inner = role if role in _KEPT and tag not in ("Note", "Figure") else _ROLES[tag]
            note = _note_number(element) if tag == "Note" else note
            self.row += tag == "TR"
            if tag != "Note":
                self.runs, self.where = saved, place
                yield from self._cut(role, note)
        else:
            inner = role
        like = self._like(element, tag, like, inner)
        if element.get("/Alt"):
            self.runs.append(Run(f" {element['/Alt']} ", "", "said"))
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            yield from self._kid(kid, (inner, note, page), like, roles)
        if block:
            yield from self._cut(inner, note)
            if tag == "Note":
                self.runs, self.where = saved, place

    def _kid(self, kid: Any, state: tuple[str, str, int], like: Run, roles: dict[str, str]) -> Iterator[Piece]:
        kid = kid.get_object()
        if isinstance(kid, int):
            yield from self._drawn(kid, state, like)
        elif "/S" in kid:
            yield from self._below(kid, state, like, roles)
        elif kid.get("/Type") == "/MCR":
            yield from self._drawn(kid["/MCID"], (*state[:2], self._page(kid, state[2])), like)

    def _drawn(self, key: int, state: tuple[str, str, int], like: Run) -> Iterator[Piece]:
        """Take up what a page draws under a mark; of a drawing each text is a piece of its own."""
        before = None
        for chunk in self.marked[state[2]].get(key, ()):
            if state[0] == "drawing" and not (before and chunk.follows(before)):
                yield from self._cut(*state[:2])
            before = chunk
            if self.where is None:
                self.where = (state[2], chunk.height)
                self.line = chunk.height
            broken = abs(self.line - chunk.height) > 6
            if broken:
                self._break(like)
            self.line = chunk.height
            self.runs.append(replace(like, text=chunk.text))

    def _break(self, like: Run) -> None:
        """End a line: a word that was divided is joined, in type of code nothing comes between."""
        last = self.runs[-1] if self.runs else like
        if last.text.endswith(tuple(_HYPHEN)):
            self.runs[-1] = replace(last, text=last.text[:-1])
        elif last.kind != "code":
            self.runs.append(replace(last, text="\n"))

    def _page(self, element: Any, page: int) -> int:
        told = element.raw_get("/Pg") if "/Pg" in element else None
        return self.pages[told.idnum] if told is not None else page

    def _like(self, element: Any, tag: str, like: Run, role: str) -> Run:
        if tag == "Code":
            return replace(like, kind="code")
        if tag == "Lbl" and role not in ("contents",):
            return replace(like, kind="mark") if role == "note" or _links(element) else like
        if tag == "Link" and (landing := self._landing(element)):
            return replace(like, target=landing)
        return like

    def _landing(self, element: Any) -> str:
        """Return where a link lands, as page and height; of one that leaves the file its address."""
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            told = kid.get_object()
            if not isinstance(told, int) and told.get("/Type") == "/OBJR":
                link = told["/Obj"].get_object()
                if "/Dest" in link:
                    return self._position(link["/Dest"].get_object())
                return str(link.get("/A", {}).get("/URI", ""))
        return ""

    def _position(self, landing: Any) -> str:
        """Return page and height of a destination, which may go by a name."""
        if isinstance(landing, str):
            named = self.names.get(landing)
            return f"{self.pages[named.page.idnum]}:{float(named.top)}" if named is not None else ""
        return f"{self.pages[landing[0].get_object().indirect_reference.idnum]}:{float(landing[3])}"


def _links(element: Any) -> bool:
    kids = element.get("/K", [])
    inner = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    return any(not isinstance(one, int) and one.get("/S") == "/Link" for one in inner)


def _note_number(element: Any) -> str:
    return re.sub(r"\D", "", str(element.get("/ID", "")))


def _led(pieces: list[Piece], walk: _Walk) -> list[Piece]:
    """Return the pieces with each link leading to the piece at which it lands."""
    order = sorted(walk.places)

    def target(told: str) -> str:
        page, _, height = told.partition(":")
        if not page.isdigit():
            return told
        top = float(height) - _SPARE
        at = bisect_left(order, (int(page), -top, -1))
        near = order[at] if at < len(order) and order[at][0] == int(page) else None
        return f"@{near[2]}" if near is not None and top + near[1] < _NEAR else ""

    return [
        replace(piece, runs=tuple(replace(run, target=target(run.target)) if run.target else run for run in piece.runs))
        for piece in pieces
    ]


def _marked(page: Any, fonts: dict[int, dict[int, str]]) -> dict[int, list[_Chunk]]:
    """Return what a page draws by the number of its mark; what has none is furniture."""
    contents = page["/Contents"].get_object()
    data = (
        contents.get_data()
        if hasattr(contents, "get_data")
        else b"".join(one.get_object().get_data() for one in contents)
    )
    known = {}
    for name, font in page["/Resources"].get("/Font", {}).items():
        key = (
            font.indirect_reference.idnum
            if hasattr(font, "indirect_reference") and font.indirect_reference
            else id(font)
        )
        if key not in fonts:
            fonts[key] = _characters(font.get_object())
        known[name.encode()] = fonts[key]
    return _Operators(known).read(data)


class _Operators:
    """Reads the operators of one page."""

    def __init__(self, fonts: dict[bytes, dict[int, str]]) -> None:
        self.fonts, self.font = fonts, dict[int, str]()
        self.marks: list[int | None] = []
        self.text: list[str] = []
        self.size = self.scale = self.across = self.height = 0.0
        self.found: dict[int, list[_Chunk]] = {}

    def read(self, data: bytes) -> dict[int, list[_Chunk]]:
        """Return the texts by mark."""
        operands: list[bytes] = []
        for match in _TOKEN.finditer(data):
            token = match[0]
            first = token[:1]
            if first in b"(</[]" or first in b"0123456789.-+" or token == b">>":
                operands.append(token)
                continue
            self._apply(token, operands)
            operands = []
        return self.found

    def _apply(self, operator: bytes, operands: list[bytes]) -> None:
        if operator in (b"Tj", b"TJ", b"'"):
            self.text += [self._decoded(one) for one in operands if one[:1] in b"(<" and one != b"<<"]
        elif operator == b"Tf":
            self.font, self.size = self.fonts.get(operands[0], {}), float(operands[1])
        elif operator == b"cm":
            self.scale, self.across, self.height = (float(operands[at]) for at in (0, 4, 5))
        elif operator in (b"BDC", b"BMC"):
            at = operands.index(b"/MCID") + 1 if b"/MCID" in operands else 0
            self.marks.append(int(operands[at]) if at else None)
        elif operator == b"EMC":
            self.marks.pop()
        elif operator == b"ET":
            mark = next((one for one in reversed(self.marks) if one is not None), None)
            if mark is not None and self.text:
                self.found.setdefault(mark, []).append(
                    _Chunk("".join(self.text), self.across, self.height, self.size * self.scale)
                )
            self.text = []

    def _decoded(self, token: bytes) -> str:
        raw = bytes.fromhex(token[1:-1].decode()) if token[:1] == b"<" else _ESCAPE.sub(_plain, token[1:-1])
        codes = (raw[at] << 8 | raw[at + 1] for at in range(0, len(raw) - 1, 2))
        return "".join(self.font.get(code, "\ufffd") for code in codes)


def _plain(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 8) & 255])
    return b"" if match[2] else _LETTERS.get(match[3], match[3])


def _characters(font: Any) -> dict[int, str]:
    """Return the character of each glyph by the table that the font carries."""
    if "/ToUnicode" not in font:
        return {}
    table: dict[int, str] = {}
    text = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, told in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            table[int(code, 16)] = _utf16(told)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, told in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for offset in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + offset] = chr(int(told, 16) + offset)
    return table


def _utf16(told: str) -> str:
    return bytes.fromhex(told).decode("utf-16-be", errors="replace")
