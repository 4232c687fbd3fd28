"""Harvests at the desk: a repository is asked, its records become a file, and what the file would do is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xietong.app import desk, registers
from xietong.library.harvests import Rows, as_file, as_withdrawals, plain, read_mapping, rows_of
from xietong.library.labels import Label, Language
from xietong.library.oai_client import Client, Harvest
from xietong.library.register_imports import Sheet

_WORDS = {
    key: Label.parse(text)
    for key, text in {
        "from": "{0}：{1} 条记录，{2} 段 | {0}: {1} records in {2} parts",
        "broken": "收不下 | cannot be taken",
        "withdrawn": "撤回 | withdrawn",
        "keeps": "登记册保留，由人决定 | the register keeps it, a person decides",
        "unknown": "登记册中没有 | not in the register",
        "difference": "{0} 新增，{1} 改动，{2} 不变，{3} 被拒 | {0} new, {1} changed, {2} unchanged, {3} refused",
        "bring": "看过之后：xietong register import {0} {1} --enter，或 xietong register contribute {1} --class {0} "
        "| when it was looked through: xietong register import {0} {1} --enter, or "
        "xietong register contribute {1} --class {0}",
        "nothing": "没有可写的行 | there are no rows to write",
    }.items()
}


@dataclass(frozen=True)
class Told:
    """What a harvest did, line by line; ``sound`` says that every record could be taken."""

    lines: tuple[str, ...]
    sound: bool


def harvest(
    path: Path, kind: str, origin: str, asked: Mapping[str, str], client: Client, out: Path, mapping: Path | None,
    language: Language,
) -> Told:  # fmt: skip
    """Harvest a repository into a file for a class; nothing enters the register.

    Raises:
        UnknownName: when the class or the publication does not exist.
        Problems: with everything that is wrong with the mapping.
        HarvestError: when the repository cannot be harvested; nothing is written then.
    """
    pack = desk.check(path)
    register = pack.registers[kind]
    columns = read_mapping(mapping, register) if mapping else plain(register)
    rows_of(pack, kind, Harvest("", "", {}, (), 0), origin, columns)
    found = client.harvest(**asked)
    rows = rows_of(pack, kind, found, origin, columns, language)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{pack.id}-{kind}.csv"
    file.write_bytes(as_file(register, rows.rows, columns))
    (out / f"{pack.id}-{kind}.withdrawn.csv").write_bytes(as_withdrawals(rows.withdrawn))
    words = {key: label.text(language) for key, label in _WORDS.items()}
    lines = (*_about(found, rows, words, language), *_difference(path, kind, file, rows, words))
    return Told(lines, not found.faults)


def _about(found: Harvest, rows: Rows, words: Mapping[str, str], language: Language) -> Iterator[str]:
    yield words["from"].format(found.repository, len(found.records), found.parts)
    yield from (f"  {note.text(language)}" for note in found.notes)
    yield from (f"! {words['broken']}: {fault.text(language)}" for fault in found.faults)
    for one in rows.withdrawn:
        known = f"{one['register']}:{one['item']} {one['name']}, {words['keeps']}" if one["item"] else words["unknown"]
        yield f"- {words['withdrawn']} {one['datestamp']}: {one['identifier']} ({known})"


def _difference(path: Path, kind: str, file: Path, rows: Rows, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what the file would do, as ``register import`` says it, with what could not be taken over."""
    if not rows.rows:
        yield words["nothing"]
        return
    found, lines = registers.bring(path, kind, Sheet(file), enter=False)
    yield from lines
    for row in (one for one in rows.rows if one["remarks"]):
        yield f"? {row['record']}: {row['remarks']}"
    counts = (found.added, found.changed, found.same, found.refused)
    yield words["difference"].format(*map(len, counts))
    yield file.as_posix()
    yield words["bring"].format(kind, file.as_posix())
