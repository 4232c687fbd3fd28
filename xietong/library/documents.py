"""TOML files that people edit, read with the line of every key so that an error can point at it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xietong.errors import PackError, XietongError, nearest

_NAME = r"(?:[A-Za-z0-9_\-]+|\"[^\"]*\")"
_PATH = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*\[{{1,2}}\s*({_PATH})\s*\]{{1,2}}\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_PATH})\s*=")
_AT_LINE = re.compile(r"at line (\d+)")
_SHAPES: Mapping[str, tuple[Any, str]] = {
    "lists": (list, "a list"),
    "tables": (dict, "a table"),
    "numbers": (int | float, "a number"),
    "counts": (int, "a whole number"),
}


def shown(folder: Path) -> str:
    """Return how messages and receipts name a folder: its own name and its parent's, wherever the program stands.

    Receipts carry this name, so the same pack and study give the same edition from any working directory.
    """
    return "/".join(folder.resolve().parts[-2:])


def _lines(text: str, data: Mapping[str, Any]) -> dict[tuple[str, ...], int]:
    """Map every key path to the line where it is first written; what only looks like a key is passed over."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.match(line)) and _stands(data, _path(header[1])):
            table = _path(header[1])
            for length in range(1, len(table) + 1):
                found.setdefault(table[:length], number)
        elif (key := _KEY.match(line)) and _stands(data, table + _path(key[1])):
            found.setdefault(table + _path(key[1]), number)
    return found


def _stands(data: Any, path: tuple[str, ...]) -> bool:
    """Return whether a path leads to something in the data; below a list of tables nothing is looked up."""
    for part in path:
        if isinstance(data, list):
            return True
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _path(text: str) -> tuple[str, ...]:
    return tuple(part[0] or part[1] for part in re.findall(r'"([^"]*)"|([^.\s"]+)', text))


@dataclass(frozen=True)
class Document:
    """One TOML file: its data and the line of each key."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]
    shown: str
    called: str = "the file"

    @classmethod
    def read(cls, path: Path, shown: str) -> Document:
        """Read a TOML file; ``shown`` is the name that messages use.

        Raises:
            PackError: when the file is absent or is no TOML.
        """
        try:
            text = path.read_text(encoding="utf-8")
            data = tomllib.loads(text)
            return cls(path, data, _lines(text, data), shown)
        except FileNotFoundError:
            raise PackError("documents", "the file does not exist", where=shown) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            at = _AT_LINE.search(str(error))
            where = f"{shown}:{at[1]}" if at else shown
            raise PackError("documents", f"this is not TOML in UTF-8: {error}", where=where) from None

    @classmethod
    def read_into(cls, path: Path, shown: str, errors: list[XietongError]) -> Document:
        """Read a TOML file; one that cannot be read goes to ``errors`` and an empty document is returned."""
        try:
            return cls.read(path, shown)
        except PackError as error:
            errors.append(error)
            return cls(path, {}, {}, shown)

    def where(self, *path: str) -> str:
        """Return ``file:line`` of a key, of the nearest table above it, or the file."""
        for length in range(len(path), -1, -1):
            if line := self.lines.get(path[:length]):
                return f"{self.shown}:{line}"
        return self.shown

    def table(self, *path: str) -> Mapping[str, Any]:
        """Return the table at a path, or an empty one."""
        found: Any = self.data
        for part in path:
            found = found.get(part, {}) if isinstance(found, Mapping) else {}
        return found if isinstance(found, Mapping) else {}

    def entries(self, name: str) -> list[Document]:
        """Return the entries of a list of tables ``[[name]]``, each as a document with the lines of its keys."""
        told = self.data.get(name, [])
        if not told or not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            return []
        text = self.path.read_text(encoding="utf-8").splitlines()
        starts = [at for at, line in enumerate(text) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
        if len(starts) != len(told):
            starts = [self.lines.get((name,), 1) - 1] * len(told)
        return [self._entry(name, at, told[at], text, starts) for at in range(len(told))]

    def _entry(self, name: str, at: int, data: Mapping[str, Any], text: list[str], starts: list[int]) -> Document:
        start = starts[at]
        end = next((one for one in starts if one > start), len(text))
        keys = {
            match[1]: row + 1 for row in range(end - 1, start, -1) if (match := re.match(r"\s*(\w+)\s*=", text[row]))
        }
        lines: dict[tuple[str, ...], int] = {(): start + 1}
        lines |= {(key,): keys.get(key, start + 1) for key in data}
        return Document(self.path, data, lines, self.shown, f"{name} {at + 1}")

    def demand(
        self, path: tuple[str, ...], required: Iterable[str], optional: Iterable[str] = (), **shapes: Iterable[str]
    ) -> list[XietongError]:
        """Return one error for each key of a table that is missing, unknown or of the wrong type.

        ``shapes`` names the keys that must be ``lists``, ``tables``, ``numbers`` or ``counts``.
        """
        table, required, optional = self.table(*path), list(required), list(optional)
        name = ".".join(path) or self.called
        errors: list[XietongError] = [
            PackError(name, f"'{key}' is missing", where=self.where(*path), ways=(f"add {key} = …",))
            for key in required
            if key not in table
        ]
        for key in table:
            if key not in required and key not in optional:
                close = nearest(key, [*required, *optional])
                ways = (f"closest: {', '.join(close)}",) if close else ()
                errors.append(PackError(name, f"unknown key '{key}'", where=self.where(*path, key), ways=ways))
        return errors + self._shaped(path, shapes)

    def _shaped(self, path: tuple[str, ...], shapes: Mapping[str, Iterable[str]]) -> list[XietongError]:
        table, name = self.table(*path), ".".join(path) or "the file"
        errors: list[XietongError] = []
        for shape, keys in shapes.items():
            wanted, called = _SHAPES[shape]
            for key in keys:
                if key in table and (not isinstance(table[key], wanted) or isinstance(table[key], bool)):
                    what = f"'{key}' must be {called}, not {table[key]!r}"
                    errors.append(PackError(name, what, where=self.where(*path, key)))
        return errors
