"""One item: every value of every publication side by side, its state on a day, its links, what was merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from xietong.errors import UnknownName
from xietong.library.labels import Language
from xietong.library.origins import Origin
from xietong.library.periods import span
from xietong.library.registers.classes import RegisterClass
from xietong.library.registers.links import Link
from xietong.library.registers.merges import Merge
from xietong.library.registers.rows import Row
from xietong.library.registers.states import State, in_order, standing


@dataclass(frozen=True)
class Value:
    """One value as a publication prints it; ``where`` is the line of the pack."""

    text: str
    origin: Origin
    where: str


@dataclass(frozen=True)
class Item:
    """A thing with one identity; ``records`` are the ids that go by it, its own first.

    Values that disagree stand side by side: the register does not choose.
    """

    id: str
    kind: RegisterClass
    records: tuple[str, ...]
    rows: tuple[Row, ...]
    states: tuple[State, ...] = ()
    links: tuple[Link, ...] = ()
    merges: tuple[Merge, ...] = ()

    @property
    def ref(self) -> str:
        """Return ``class:item``."""
        return f"{self.kind.id}:{self.id}"

    @cached_property
    def leading(self) -> Row:
        """The row whose name is shown: of the item's own record, the newest edition, then the best grade."""
        if len(self.rows) == 1:
            return self.rows[0]

        def standing_of(row: Row) -> tuple[bool, str, int]:
            origin = self.kind.origins[row.origin]
            edition = span(origin.edition).end.isoformat() if origin.edition else ""
            return row.item == self.id, edition, -origin.grade

        return max(self.rows, key=standing_of)

    @property
    def name(self) -> str:
        """Return the name that is shown."""
        return self.leading.name

    @property
    def origin(self) -> Origin:
        """Return the publication of the name that is shown."""
        return self.kind.origins[self.leading.origin]

    @property
    def names(self) -> tuple[Value, ...]:
        """Return every name with its publication."""
        return tuple(self._value(row, row.name) for row in self.rows)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the codes of all places, each once."""
        return tuple(dict.fromkeys(place for row in self.rows for place in row.places))

    def _value(self, row: Row, text: str) -> Value:
        return Value(text, self.kind.origins[row.origin], row.where)

    def __getitem__(self, attribute: str) -> tuple[Value, ...]:
        """Return the values of an attribute, one for each publication that prints one.

        Raises:
            UnknownName: when the class has no such attribute.
        """
        if attribute not in self.kind.attributes:
            raise UnknownName(f"item {self.ref}", "attribute", attribute, self.kind.attributes)
        at = list(self.kind.attributes).index(attribute)
        return tuple(self._value(row, row.values[at]) for row in self.rows if row.values[at])

    @property
    def attributes(self) -> Mapping[str, tuple[Value, ...]]:
        """Return the attributes that have a value."""
        return {name: values for name in self.kind.attributes if (values := self[name])}

    @property
    def conflicts(self) -> Mapping[str, tuple[Value, ...]]:
        """Return the attributes whose publications disagree."""
        return {name: told for name, told in self.attributes.items() if len({one.text for one in told}) > 1}

    def state(self, day: date) -> State | None:
        """Return the state on a day, None when no evidence had appeared."""
        return standing(self.states, list(self.kind.states), day)

    def public(self) -> Item | None:
        """Return the item as public publications alone show it, None when none does."""
        rows = tuple(row for row in self.rows if self.kind.origins[row.origin].access != "internal")
        states = tuple(one for one in self.states if self.kind.origins[one.origin].access != "internal")
        return replace(self, rows=rows, states=states) if rows else None

    @property
    def history(self) -> list[State]:
        """Return the states in the order in which they began."""
        return in_order(self.states, list(self.kind.states))

    def state_label(self, day: date, language: Language = "zh") -> str:
        """Return the name of the state on a day, '' when there is none."""
        found = self.state(day)
        return self.kind.states[found.state].text(language) if found else ""

    def __repr__(self) -> str:
        return f"<{self.ref} {self.name}: {self.origin.cite()}>"
