"""Rulings on merges, written into the pack: one is added or undone under a lock, and the pack is read with it first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xietong.errors import PackError, Problems, XietongError
from xietong.library.imports import tried
from xietong.library.pack import Pack, read_pack
from xietong.library.placing import alone, put
from xietong.library.registers.merges import FILE, Merge, as_text, merge_problems, standing_problems
from xietong.library.registers.register import FOLDER


def merge(path: Path, kept: str, other: str, day: str, who: str, why: str) -> Merge:
    """Write down that two records, each ``class:item``, are one thing, and return the ruling.

    Raises:
        Problems: when a record does not exist, something is not said, or a ruling in force stands against it.
    """
    with alone(path):
        pack = read_pack(path)
        new = Merge(kept, other, day, who, why)
        _write(path, pack, [*pack.registers.merges, new], new)
    return new


def split(path: Path, one: str, other: str, day: str, who: str, why: str) -> Merge:
    """Undo the ruling that two records are one thing, and return it; it stays in the file with what was said.

    Raises:
        PackError: when no ruling in force says that they are.
        Problems: when something is not said.
    """
    with alone(path):
        pack = read_pack(path)
        merges = list(pack.registers.merges)
        wanted = {one, other}
        at = [i for i, each in enumerate(merges) if {each.kept, each.other} == wanted and not each.undone]
        if not at:
            into = [each.told() for each in merges if wanted & {each.kept, each.other} and not each.undone]
            ways = tuple(f"in force: {told}" for told in into) or ("no ruling about them is in force",)
            raise PackError("registers", f"'{one}' and '{other}' are not merged with each other", ways=ways)
        merges[at[0]] = replace(merges[at[0]], undone=day, undone_who=who, undone_why=why)
        _write(path, pack, merges, merges[at[0]])
    return merges[at[0]]


def _write(path: Path, pack: Pack, merges: Sequence[Merge], new: Merge) -> None:
    registers = pack.registers
    refs = {f"{name}:{item}" for name, register in registers.items() for item in register.records}
    errors: list[XietongError] = list(merge_problems(new, registers, refs))
    errors += [] if errors else standing_problems(merges)
    if errors:
        raise Problems("registers", errors)
    files = {f"{FOLDER}/{FILE}": as_text(merges)}
    tried(path, files)
    put(path, files)
