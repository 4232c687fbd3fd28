"""The exchange: files of others into a pack, and a pack out to other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xietong.app import desk
from xietong.errors import PackError
from xietong.library.exports import export as write
from xietong.library.imports import Imported, import_tables
from xietong.library.mapping import read_mappings
from xietong.library.pack import read_pack
from xietong.library.proposals import propose as proposal


def propose(file: Path, pack: Path, target: Path) -> int:
    """Write a proposed mapping for a file and return how many tables it proposes.

    Raises:
        PackError: when the file cannot be read, holds no table of numbers, or the target exists.
    """
    text = proposal(file, read_pack(pack))
    count = text.count('kind = "figures"')
    if not count:
        raise PackError(
            "import", "no table of numbers was found", where=file.name, ways=("name its cells in a mapping",)
        )
    if target.exists():
        ways = ("use it: --mapping", "write elsewhere: --propose OTHER.toml", "remove it")
        raise PackError("import", "the mapping exists and may have been worked on", where=target.name, ways=ways)
    target.write_text(text, encoding="utf-8", newline="\n")
    return count


def bring(file: Path, mapping: Path, pack: Path) -> list[Imported]:
    """Bring the tables that a mapping describes out of a file into a pack.

    Raises:
        Problems: with every problem; nothing is written then.
        PackError: when the mapping names no table of this file.
    """
    mappings = read_mappings(mapping)
    tables = tuple(one for one in mappings.tables if one.file == file.name)
    if not tables:
        known = ", ".join(sorted({one.file for one in mappings.tables}))
        raise PackError("import", f"the mapping describes {known} and not {file.name}", where=mappings.shown)
    return import_tables(file.parent, replace(mappings, tables=tables), pack)


def export(
    path: Path, form: str, out: Path, concepts: Sequence[str] = (), *, internal: bool = False
) -> tuple[list[Path], int]:
    """Write a pack, or the pack of a study, and return the files and how many internal lines were left out.

    Raises:
        Problems: when the pack has problems.
        UnknownName: when the format or a concept does not exist.
    """
    return write(desk.check(path), form, out, concepts, internal=internal)
