"""What can be entered: a class of a register, the states of a class, or the links; each with the fields of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xietong.app.entries import Field, fields
from xietong.errors import UnknownName
from xietong.library.contributed_lines import STATES
from xietong.library.labels import Label
from xietong.library.origins import Origin
from xietong.library.pack import Pack
from xietong.library.registers import links, states
from xietong.library.registers.classes import NotPublished

_LABELS = {
    "item": Label("条目编号", "Id of the item"), "state": Label("状态", "State"), "date": Label("日期", "Date"),
    "origin": Label("来源", "Publication"),
    "evidence": Label("证据：出版物怎样说", "Evidence: what the publication says"),
    "from": Label("自（类:编号）", "From (class:id)"), "relation": Label("联系", "Relation"),
    "to": Label("至（类:编号）", "To (class:id)"), "note": Label("备注", "Note"),
}  # fmt: skip
_DATE = Label("如 2023、2023-06、2023-06-30", "such as 2023, 2023-06, 2023-06-30")
_NONE = Label("", "")
_LINKS = Label("条目之间的联系", "Links between items")
_OF_LINKS = Label(
    "一条一行：自、联系、至、出版物；只增不改。",
    "One a line: from, relation, to, publication; added and never changed.",
)
_OF_STATES = Label(
    "一条一行：某日起是什么状态，出版物怎样说；只增不改。",
    "One a line: what it was from a day on, and what the publication says; added and never changed.",
)


@dataclass(frozen=True)
class Entered:
    """Something that can be entered; ``rows`` says whether rows that stand can be corrected, or lines only added."""

    id: str
    label: Label
    description: Label
    fields: Sequence[Field]
    origins: Mapping[str, Origin]
    not_published: Sequence[NotPublished] = ()
    rows: bool = True

    @property
    def columns(self) -> list[str]:
        """Return the columns of a row."""
        return [one.id for one in self.fields]


def entered(pack: Pack, name: str) -> Entered:
    """Return what can be entered under a name: a class, ``CLASS.states``, or ``links``.

    Raises:
        UnknownName: when a pack has none of that name.
    """
    known = {one.id: one for one in all_entered(pack)}
    if name not in known:
        raise UnknownName("contribute", "class", name, known)
    return known[name]


def all_entered(pack: Pack) -> list[Entered]:
    """Return all that can be entered into a pack: each class, its states behind it, the links at last."""
    found = list[Entered]()
    for one in (register.kind for register in pack.registers.values()):
        found.append(Entered(one.id, one.label, one.description, fields(one), one.origins, one.not_published))
        if one.states:
            label = Label(f"{one.label.zh}：状态", f"{one.label.en}: states")
            told = _fields(states.COLUMNS, {"state": one.states, "origin": _cited(one.origins)}, ("evidence",))
            found.append(Entered(one.id + STATES, label, _OF_STATES, told, one.origins, rows=False))
    kinds = [register.kind for register in pack.registers.values()]
    relations = {name: told.label for kind in kinds for name, told in kind.relations.items()}
    origins = pack.registers.links.origins or {}
    if relations and origins:
        told = _fields(links.COLUMNS, {"relation": relations, "origin": _cited(origins)}, ("date", "note"))
        found.append(Entered(links.FILE, _LINKS, _OF_LINKS, told, origins, rows=False))
    return found


def _cited(origins: Mapping[str, Origin]) -> dict[str, Label]:
    return {name: Label(one.cite(), one.cite()) for name, one in origins.items()}


def _fields(columns: Sequence[str], words: Mapping[str, Mapping[str, Label]], free: Sequence[str]) -> list[Field]:
    return [
        Field(one, _LABELS[one], _DATE if one == "date" else _NONE, one not in free, words.get(one, {}))
        for one in columns
    ]
