"""The registers of a pack, read whole: classes, rows, states, links and merges, with all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.concepts import Benchmarks
from xietong.library.origins import Origin
from xietong.library.places import Gazetteer
from xietong.library.registers import links as link_file
from xietong.library.registers.classes import RegisterClass, read_class
from xietong.library.registers.items import Item
from xietong.library.registers.links import Link, Links, read_links
from xietong.library.registers.merges import FILE as MERGES
from xietong.library.registers.merges import Merge, heads, read_merges
from xietong.library.registers.rows import Row, read_rows
from xietong.library.registers.states import State, read_states

FOLDER = "registers"
_STATES = ".states"


@dataclass(frozen=True)
class Register(Mapping[str, Item]):
    """The items of one class by id; a record that was merged is found under its own id and leads to its item."""

    kind: RegisterClass
    rows: Sequence[Row]
    states: Sequence[State] = ()
    links: Sequence[Link] = ()
    merges: Sequence[Merge] = ()

    @cached_property
    def records(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows of every record, in the order of the file."""
        found: dict[str, tuple[Row, ...]] = {}
        for row in self.rows:
            found[row.item] = (*found[row.item], row) if row.item in found else (row,)
        return found

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """The id under which a merged record goes."""
        return {ref.partition(":")[2]: head.partition(":")[2] for ref, head in heads(self.merges).items()}

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for record in self.records:
            if record in self.heads:
                found.setdefault(self.heads[record], []).append(record)
        return found

    @cached_property
    def _states(self) -> Mapping[str, list[State]]:
        found: dict[str, list[State]] = {}
        for one in self.states:
            found.setdefault(one.item, []).append(one)
        return found

    @cached_property
    def _ties(self) -> Mapping[str, list[Link | Merge]]:
        found: dict[str, list[Link | Merge]] = {}
        for link in self.links:
            for ref in {link.source, link.target}:
                found.setdefault(ref, []).append(link)
        for merge in self.merges:
            for ref in (merge.kept, merge.other):
                found.setdefault(ref, []).append(merge)
        return found

    def __getitem__(self, item: str) -> Item:
        """Return an item, by its own id or by that of a record merged into it.

        Raises:
            UnknownName: when there is no such item.
        """
        if item not in self.records:
            raise UnknownName(f"register {self.kind.id}", "item", item, self.records)
        head = self.heads.get(item, item)
        ids = (head, *self._members.get(head, ()))
        rows = tuple(row for one in ids for row in self.records[one])
        states = tuple(state for one in ids for state in self._states.get(one, ()))
        ties = dict.fromkeys(tie for one in ids for tie in self._ties.get(f"{self.kind.id}:{one}", ()))
        links = tuple(tie for tie in ties if isinstance(tie, Link))
        return Item(head, self.kind, ids, rows, states, links, tuple(tie for tie in ties if isinstance(tie, Merge)))

    def __contains__(self, item: object) -> bool:
        return item in self.records

    def __iter__(self) -> Iterator[str]:
        return (record for record in self.records if record not in self.heads)

    def __len__(self) -> int:
        return len(self.records) - len(self.heads)

    def __repr__(self) -> str:
        return f"<register {self.kind.id}: {len(self)} items, {len(self.rows)} rows, {len(self.kind.origins)} origins>"


@dataclass(frozen=True)
class Registers(Mapping[str, Register]):
    """All registers of a pack by class."""

    all: Mapping[str, Register] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    merges: Sequence[Merge] = ()

    def __getitem__(self, name: str) -> Register:
        """Return the register of a class.

        Raises:
            UnknownName: when there is no such class.
        """
        if name not in self.all:
            raise UnknownName("registers", "class", name, self.all)
        return self.all[name]

    def __contains__(self, name: object) -> bool:
        return name in self.all

    def __iter__(self) -> Iterator[str]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def item(self, ref: str) -> Item:
        """Return an item by ``class:item``.

        Raises:
            UnknownName: when there is no such class or item.
        """
        name, _, item = ref.partition(":")
        return self[name][item]

    @property
    def origins(self) -> dict[str, Origin]:
        """Return every publication that a register cites, by its id."""
        cited = [one for register in self.all.values() for one in register.kind.origins.values()]
        return {origin.id: origin for origin in (*cited, *(self.links.origins or {}).values())}

    def __repr__(self) -> str:
        return f"<registers {', '.join(f'{name} ({len(one)})' for name, one in self.all.items()) or 'none'}>"


def read_registers(
    path: Path, shown: str, gazetteer: Gazetteer, families: Mapping[str, Benchmarks], errors: list[XietongError]
) -> Registers:
    """Read the folder ``registers`` of a pack; no folder, no registers. Every problem goes to ``errors``."""
    folder, shown = path / FOLDER, f"{shown}/{FOLDER}"
    if not folder.is_dir():
        return Registers()
    errors += _strangers(folder, shown)
    names = [file.stem for file in sorted(folder.glob("*.csv")) if _is_class(file)]
    kinds: dict[str, RegisterClass] = {}
    rows: dict[str, list[Row]] = {}
    states: dict[str, list[State]] = {}
    refs: set[str] = set()
    for name in names:
        kinds[name] = read_class(folder / f"{name}.toml", f"{shown}/{name}.toml", gazetteer, families, errors)
        rows[name], known = read_rows(folder / f"{name}.csv", f"{shown}/{name}.csv", kinds[name], gazetteer, errors)
        file = f"{name}{_STATES}.csv"
        states[name] = read_states(folder / file, f"{shown}/{file}", kinds[name], known, errors)
        refs |= {f"{name}:{item}" for item in known}
    errors += _relation_problems(kinds, shown)
    links = read_links(folder, shown, kinds, refs, families, errors)
    merges = read_merges(folder / MERGES, f"{shown}/{MERGES}", kinds, refs, errors)
    return Registers(
        {name: Register(kinds[name], rows[name], states[name], *_of(name, links, merges)) for name in names},
        links,
        merges,
    )


def _is_class(file: Path) -> bool:
    return file.name not in (MERGES, f"{link_file.FILE}.csv") and not file.stem.endswith(_STATES)


def _of(name: str, links: Links, merges: Sequence[Merge]) -> tuple[list[Link], list[Merge]]:
    """Return the links and the rulings that touch a class."""
    start = f"{name}:"
    touching = [one for one in links.all if one.source.startswith(start) or one.target.startswith(start)]
    return touching, [one for one in merges if one.kept.startswith(start)]


def _relation_problems(kinds: Mapping[str, RegisterClass], shown: str) -> list[XietongError]:
    return [
        UnknownName(f"relation {one.id} of {name}", "class", one.to, kinds, where=f"{shown}/{name}.toml")
        for name, kind in kinds.items()
        for one in kind.relations.values()
        if one.to not in kinds
    ]


def _strangers(folder: Path, shown: str) -> list[XietongError]:
    """Return one error for each thing in the folder that is no part of a register: nothing is passed over."""
    errors: list[XietongError] = []
    for one in sorted(folder.iterdir()):
        stem, where = one.stem.removesuffix(_STATES), f"{shown}/{one.name}"
        if one.is_dir() or one.suffix not in (".csv", ".toml"):
            ways = ("move it out of registers/",)
            errors.append(PackError("registers", "this is no register", where=where, ways=ways))
        elif (one.suffix == ".toml" or stem != one.stem) and not (folder / f"{stem}.csv").exists():
            errors.append(
                PackError("registers", "the register itself is missing", where=where, ways=(f"add {stem}.csv",))
            )
    return errors
