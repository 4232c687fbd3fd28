"""Files that strangers send: small enough, also unpacked, and put where they are read for as long as that takes."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xietong.errors import PackError

UNPACKED = 60_000_000
"""Bytes that a workbook or a Word file may hold when it is unpacked."""


@contextmanager
def put_down(name: str, content: bytes, endings: tuple[str, ...], largest: int) -> Iterator[Path]:
    """Put a file down under its name and take it away again.

    Raises:
        PackError: when it is empty, too large, too large unpacked, or of a kind that is not read.
    """
    if problem := _problem(name, content, endings, largest):
        raise problem
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_bytes(content)
        yield path


def _problem(name: str, content: bytes, endings: tuple[str, ...], largest: int) -> PackError | None:
    if Path(name).suffix.lower() not in endings:
        return PackError("file", f"'{name}' is of no kind that is read", ways=(f"one of {', '.join(endings)}",))
    if not content:
        return PackError("file", f"'{name}' is empty")
    if len(content) > largest:
        return PackError("file", f"'{name}' has more than {largest / 1e6:g} MB", ways=("send a part of it",))
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                size = sum(one.file_size for one in file.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            return PackError("file", f"'{name}' cannot be unpacked", why=str(error))
        if size > UNPACKED:
            return PackError("file", f"'{name}' is too large unpacked", ways=("send a part of it",))
    return None
