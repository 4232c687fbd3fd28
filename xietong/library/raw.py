"""Raw tables: cells with ``file:line`` before anything is typed; footers, shifted rows and wrong headers still show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xietong.errors import PackError, XietongError


@dataclass(frozen=True)
class RawTable:
    """Cells of a table before anything is typed: ``rows[i]`` stands at line ``lines[i]`` of ``name``.

    ``columns`` are the letters of the columns when the table is a block of a workbook, ``encoding`` is that of a CSV.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    columns: tuple[str, ...] = ()
    encoding: str = "utf-8"

    @classmethod
    def read(cls, path: Path, shown: str) -> RawTable:
        """Read a CSV in UTF-8, keeping the line on which every row begins.

        Raises:
            PackError: when the file is absent or is no CSV in UTF-8.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise PackError("table", "the file does not exist", where=shown) from None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            ways = ("save it as CSV in UTF-8",)
            raise PackError("table", f"this is no CSV in UTF-8: {error}", where=f"{shown}:{line}", ways=ways) from None
        return cls.parse(text, shown)

    @classmethod
    def parse(cls, text: str, shown: str, delimiter: str = ",") -> RawTable:
        """Return the rows of a text; rows of empty cells are left out, the first row that is left is the header.

        Raises:
            PackError: when the text is no CSV.
        """
        line, numbered = 1, list[tuple[int, tuple[str, ...]]]()
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            for row in reader:
                numbered.append((line, tuple(cell.strip() for cell in row)))
                line = reader.line_num + 1
        except csv.Error as error:
            ways = ("save it as CSV in UTF-8",)
            raise PackError("table", f"this is no CSV in UTF-8: {error}", where=f"{shown}:{line}", ways=ways) from None
        numbered = [(line, row) for line, row in numbered if any(row)]
        header = numbered[0][1] if numbered else ()
        return cls(shown, header, tuple(row for _, row in numbered[1:]), tuple(line for line, _ in numbered[1:]))

    def where(self, line: int, column: str = "") -> str:
        """Return ``file:line``, or ``file.xlsx!sheet!B7`` for the named column (or the first) of a workbook."""
        return f"{self.name}!{self.letters(column)}{line}" if self.columns else f"{self.name}:{line}"

    def letters(self, column: str) -> str:
        """Return the letters of a column of a workbook by its name, those of the first when there is none so called."""
        return self.columns[self.header.index(column) if column in self.header else 0]

    def records(self, errors: list[XietongError]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield line number and cells by column name; a row with more or fewer cells than names goes to ``errors``."""
        for line, row in zip(self.lines, self.rows, strict=True):
            if len(row) == len(self.header):
                yield line, dict(zip(self.header, row, strict=True))
                continue
            what, ways = f"{len(row)} cells under {len(self.header)} column names", ("quote a cell that has commas",)
            errors.append(PackError("table", what, where=f"{self.name}:{line}", ways=ways))


def read_exactly(path: Path, shown: str, columns: tuple[str, ...], errors: list[XietongError]) -> RawTable:
    """Read a table with exactly these columns; any other goes to ``errors`` and comes back empty."""
    try:
        raw = RawTable.read(path, shown)
    except PackError as error:
        errors.append(error)
        return RawTable(shown, columns, (), ())
    if raw.header == columns:
        return raw
    what = f"the columns are {', '.join(raw.header) or 'none'}; wanted are {', '.join(columns)}"
    errors.append(PackError(path.stem, what, where=f"{shown}:1"))
    return RawTable(shown, columns, (), ())
