"""Files of others: CSV in UTF-8 or GB18030 with any usual delimiter, and blocks of workbooks, as raw tables.

A file of our own packs is read by `RawTable.read` and nothing is guessed there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from xietong.errors import PackError
from xietong.library.raw import RawTable
from xietong.library.workbooks import WORKBOOKS, read_block

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;|"
_STRANGE = re.compile(r"[^\x00-\x7f]+")


def read_foreign(path: Path, shown: str, sheet: str = "", cells: str = "", header: int = 1) -> RawTable:
    """Read a file of others: a workbook's block by its sheet and cells, anything else as CSV.

    Raises:
        PackError: when the file is absent, in no known encoding, garbled, or no such sheet or block is there.
    """
    if path.suffix.lower() in WORKBOOKS:
        return read_block(path, shown, sheet, cells, header)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise PackError("table", "the file does not exist", where=shown) from None
    text, encoding = decoded(data, shown)
    return replace(RawTable.parse(text, shown, delimiter(text)), encoding=encoding)


def decoded(data: bytes, shown: str) -> tuple[str, str]:
    """Return a text in UTF-8 or, if it is not that, in GB18030, and which of the two it is in.

    Nearly every sequence of bytes can be read as GB18030, so a text that is nearly UTF-8 is not taken for it.

    Raises:
        PackError: when it is neither, or shows that it was decoded wrongly before; with the line.
    """
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line, broken = data[: error.start].count(b"\n") + 1, data.decode("utf-8", "replace")
            chinese = sum("\u4e00" <= sign <= "\u9fff" for sign in broken)
            if encoding == "gb18030" or chinese > 2 * broken.count("\ufffd"):
                ways = ("save it as CSV in UTF-8 or GB18030",)
                what = "this is text neither in UTF-8 nor in GB18030"
                raise PackError("table", what, where=f"{shown}:{line}", ways=ways) from None
            continue
        if line := _garbled(text):
            ways = ("export it again from its source as UTF-8",)
            raise PackError("table", "the text was garbled before it was saved", where=f"{shown}:{line}", ways=ways)
        return text, encoding.removesuffix("-sig")
    raise AssertionError


def _garbled(text: str) -> int:
    """Return the first line of a text that was decoded wrongly once and saved so, 0 when it was not.

    Chinese in UTF-8 that was read as GB18030 or as Latin-1, or in GB18030 that was read as Latin-1, can be read back.
    """
    lines = text.splitlines()
    lost = next((at for at, line in enumerate(lines, 1) if "\ufffd" in line or "锟斤拷" in line), 0)
    runs = _STRANGE.findall(text)[:1000]
    if lost or len(runs) < 2:
        return lost
    pairs = (("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb2312"))
    back = any(2 * sum(_reads_back(run, *pair) for run in runs) >= len(runs) for pair in pairs)
    return next(at for at, line in enumerate(lines, 1) if not line.isascii()) if back else 0


def _reads_back(run: str, wrong: str, right: str) -> bool:
    """Return whether the bytes of a text under the ``wrong`` encoding are Chinese under the ``right`` one."""
    try:
        told = run.encode(wrong).decode(right)
    except UnicodeError:
        return False
    return any("\u4e00" <= sign <= "\u9fff" for sign in told)


def delimiter(text: str) -> str:
    """Return the delimiter that the first line has most of, the comma when there is none."""
    first = text.partition("\n")[0]
    return max(DELIMITERS, key=lambda sign: (first.count(sign), sign == ","))
