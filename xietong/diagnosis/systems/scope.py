"""What an analysis of a system may read, and how a kind of system is declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import ModuleType
from typing import Any

from xietong.errors import XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding
from xietong.library.ledger import row_number
from xietong.library.pack import Pack
from xietong.library.pages import Page, Source
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.library.tables import Observation
from xietong.recipes.jobs import Shelf
from xietong.recipes.steps import measure_text


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

    @cached_property
    def lines(self) -> Mapping[int, Observation]:
        """Return every line of the ledger by its number."""
        return {row_number(one): one for one in self.pack.observations}

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
    before anything is made.  ``modules`` and ``measures`` are what the page rests on beside its own module: when the
    text of one changes, the page is stale.
    """

    make: Callable[[Scope], Page]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    shapes: Mapping[str, Iterable[str]] = field(default_factory=dict)
    problems: Callable[[Document, tuple[str, ...], Pack], list[XietongError]] | None = None
    modules: tuple[ModuleType, ...] = ()
    measures: tuple[str, ...] = ()

    @property
    def texts(self) -> Iterator[str]:
        """Return the text of everything that the page rests on apart from its data."""
        for module in (inspect.getmodule(self.make), *self.modules):
            yield inspect.getsource(module or self.make)
        yield from (measure_text(one) for one in self.measures)


def sources(item: Item) -> tuple[Source, ...]:
    """Return the publications of an item with their lines, each row of the register once."""
    return tuple(Source.of(item.kind.origins[row.origin], row.where) for row in item.rows)
