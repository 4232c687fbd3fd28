"""What an analysis of a system may read, and how a kind of system is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xietong.errors import XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding
from xietong.library.pack import Pack
from xietong.library.pages import Page, Source
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.recipes.jobs import Shelf


@dataclass(frozen=True)
class Scope:
    """One system of a study: its choices with their lines, the day of its states, and what it may read."""

    name: str
    document: Document
    day: date
    shelf: Shelf

    @property
    def path(self) -> tuple[str, str]:
        """Return where the choices stand in the document."""
        return ("system", self.name)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Return the choices."""
        return self.document.table(*self.path)

    @property
    def pack(self) -> Pack:
        """Return the pack of the study."""
        return self.shelf.study.pack

    def where(self, *keys: str) -> str:
        """Return ``file:line`` of a choice."""
        return self.document.where(*self.path, *keys)

    def register(self, key: str) -> Register:
        """Return the register whose class the choice ``key`` names.

        Raises:
            UnknownName: when the pack has no such class.
        """
        return self.pack.registers[str(self.spec[key])]

    def finding(self, name: str) -> Finding:
        """Return a finding that the kind declared among its needs."""
        return self.shelf.finding(name)


@dataclass(frozen=True)
class Kind:
    """A kind of system: the keys its choices must and may have, the findings it needs, its problems, its page.

    ``registers`` are the keys that name a class of register, ``findings`` those that name a finding; both are checked
    before anything is made.
    """

    make: Callable[[Scope], Page]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    shapes: Mapping[str, Iterable[str]] = field(default_factory=dict)
    problems: Callable[[Document, tuple[str, ...], Pack], list[XietongError]] | None = None


def sources(item: Item) -> tuple[Source, ...]:
    """Return the publications of an item with their lines, each row of the register once."""
    return tuple(Source.of(item.kind.origins[row.origin], row.where) for row in item.rows)
