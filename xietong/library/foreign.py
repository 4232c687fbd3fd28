"""Files of others: CSV in UTF-8 or GB18030 with any usual delimiter, and blocks of workbooks, as raw tables.

A file of our own packs is read by `RawTable.read` and nothing is guessed there.
"""

from __future__ import annotations

from pathlib import Path

from xietong.errors import PackError
from xietong.library.raw import RawTable
from xietong.library.workbooks import WORKBOOKS, read_block

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;|"


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
    text = decoded(data, shown)
    return RawTable.parse(text, shown, delimiter(text))


def decoded(data: bytes, shown: str) -> str:
    """Return a text in UTF-8 or, if it is not that, in GB18030.

    Raises:
        PackError: when it is neither, or shows that it was decoded wrongly before.
    """
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if any(sign in line for sign in ("\ufffd", "锟斤拷")):
                ways = ("export it again from its source as UTF-8",)
                raise PackError(
                    "table", "the text was garbled before it was saved", where=f"{shown}:{number}", ways=ways
                )
        return text
    ways = ("save it as CSV in UTF-8 or GB18030",)
    raise PackError("table", "this is text neither in UTF-8 nor in GB18030", where=shown, ways=ways)


def delimiter(text: str) -> str:
    """Return the delimiter that the first line has most of, the comma when there is none."""
    first = text.partition("\n")[0]
    return max(DELIMITERS, key=lambda sign: (first.count(sign), sign == ","))
