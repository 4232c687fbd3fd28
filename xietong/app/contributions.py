"""Contributions at the desk: what is given, listed, looked at and ruled, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xietong.library import contributions
from xietong.library.contributions import entries
from xietong.library.labels import Label, Language
from xietong.library.register_imports import Sheet
from xietong.library.registers.journal import Contribution

_WORDS = {
    key: Label.parse(text)
    for key, text in {
        "open": "待定 | open", "accepted": "已接受 | accepted", "returned": "已退回 | returned",
        "pending": "尚未写入数据包 | not yet in the pack", "rows": "行 | rows",
    }.items()
}  # fmt: skip


def give(path: Path, kind: str, sheet: Sheet, office: str, jurisdiction: str) -> tuple[list[str], str]:
    """Write a contribution into the journal; return its difference in lines, and what was done.

    Raises:
        Problems: when a row is refused; nothing is written then.
        JournalError: when it says nothing new, or the same file was given before.
    """
    one, found = contributions.contribute(path, kind, sheet, office, jurisdiction)
    told = entries(one)
    new = sum(entry.before is None for entry in told)
    counts = {"new": new, "changed": len(told) - new, "unchanged": len(found.same) + found.standing}
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    return [entry.line() for entry in told], f"contribution {one.number}: {said}"


def overview(path: Path, kind: str, state: str, language: Language) -> tuple[list[str], list[str]]:
    """Return the contributions of a pack, one in a line, and what keeps accepted rows out of the pack.

    Raises:
        JournalError: when the journal cannot be read.
    """
    found, left = contributions.contributions(path)
    shown = [one for one in found if kind in ("", one.kind) and state in ("", one.state)]
    return [_line(one, language) for one in shown], [error.text() for error in left]


def _line(one: Contribution, language: Language) -> str:
    words = {key: label.text(language) for key, label in _WORDS.items()}
    said = one.ruling
    ruling = f" {said.moment} · {said.office} ({said.jurisdiction}) · {said.reason}".rstrip(" ·") if said else ""
    pending = f", {words['pending']}" if one.pending else ""
    given = f"{one.number} {one.kind} · {one.moment} · {one.office} ({one.jurisdiction}) · {one.file}"
    return f"{given} · {len(entries(one))} {words['rows']} · {words[one.state]}{pending}{ruling}"


def shown(path: Path, number: int, target: Path | None, language: Language) -> Iterator[str]:
    """Yield a contribution and its difference in lines; its file goes to ``target`` if one is named.

    Raises:
        JournalError: when there is no such contribution.
    """
    one, content = contributions.contribution(path, number)
    if target is not None:
        target.write_bytes(content)
    yield _line(one, language)
    yield f"  sha256 {one.sha256}"
    for entry in entries(one):
        yield f"  {entry.line()}"


def ruled(
    path: Path, number: int, verdict: str, office: str, jurisdiction: str, reason: str, language: Language
) -> str:
    """Accept or return a contribution and return what was ruled, in one line.

    Raises:
        JournalError: when it is ruled already, does not exist, or something is not said.
        Problems: when the jurisdiction has no say, or a row cannot enter as things stand now.
    """
    rule = contributions.accept if verdict == "accepted" else contributions.send_back
    return _line(rule(path, number, office, jurisdiction, reason), language)
