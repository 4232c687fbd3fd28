"""Forms as a browser sends them: fields and files out of the body of a request, no more of it than is allowed."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

from xietong.errors import AccessError, PackError

LARGEST = 8_000_000
"""Bytes of a form with its files."""
FIELDS = 5000
_NAME = re.compile(rb';\s*name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(rb';\s*filename="([^"]*)"', re.IGNORECASE)
_BOUNDARY = re.compile(r'boundary="?([^";,]{1,200})"?', re.IGNORECASE)


@dataclass(frozen=True)
class Upload:
    """A file of a form: its name without folders, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """The fields of a form in order, the last of a name counts; and its files."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field without blanks around it, '' when the form has none of that name."""
        return self.fields.get(name, "").strip()

    def carried(self) -> Upload | None:
        """Return the file that a page has put into its form, so that it need not be chosen again; None for none.

        Raises:
            PackError: when it is not whole.
        """
        if not (packed := self.text("packed")):
            return None
        try:
            return Upload(plain_name(self.text("file_name")), base64.b64decode(packed, validate=True))
        except ValueError:
            raise PackError("form", "the file of the form is not whole", ways=("choose it again",)) from None


async def read_form(request: Request, largest: int = LARGEST) -> Form:
    """Return the form of a request.

    Raises:
        AccessError: when it is larger than is allowed, or no form.
    """
    kind, body = request.headers.get("content-type", ""), await _body(request, largest)
    if kind.lower().startswith("multipart/form-data"):
        if (found := _BOUNDARY.search(kind)) is None:
            raise AccessError("the form has no boundary", 400)
        parts = list(_parts(body, found.group(1).encode("latin-1", "replace")))
        fields = {name: content.decode("utf-8", "replace") for name, file, content in parts if file is None}
        files = {name: Upload(plain_name(file), content) for name, file, content in parts if file}
        return Form(fields, files)
    if body and not kind.lower().startswith("application/x-www-form-urlencoded"):
        raise AccessError("this is no form", 415, ways=("send multipart/form-data",))
    try:
        return Form(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)))
    except ValueError:
        raise AccessError("the form has too many fields", 413) from None


async def _body(request: Request, largest: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise AccessError(f"more than {largest / 1e6:g} MB", 413, ways=("send less at a time",))
        parts.append(part)
    return b"".join(parts)


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Yield name, file name (None: a field) and bytes of every part; what is no part is passed over."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1 : FIELDS + 1]:
        if part.startswith(b"--"):
            return
        head, blank, content = part.partition(b"\r\n\r\n")
        name, file = _NAME.search(head), _FILE.search(head)
        if blank and name:
            yield _said(name.group(1)), _said(file.group(1)) if file else None, content


def _said(name: bytes) -> str:
    return name.decode("utf-8", "replace").replace("%22", '"')


def plain_name(name: str) -> str:
    """Return the name of a file without folders and without signs that do not print; a long one is cut at the front."""
    last = re.split(r"[\\/]", name)[-1]
    return "".join(one for one in last if one.isprintable()).strip(" .")[-100:] or "file"
