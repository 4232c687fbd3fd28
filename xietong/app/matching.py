"""Offers and needs of two files brought together: columns by name, matches as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xietong.errors import PackError, Problems, XietongError
from xietong.library.foreign import read_foreign
from xietong.library.guard import guarded
from xietong.library.labels import Label, Language
from xietong.library.numbers import read_number
from xietong.library.raw import RawTable
from xietong.recipes.matching import FITS, TESTS, Match, Party, matched

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "item": ("编号",),
    "name": ("名称",),
    "summary": ("内容",),
    "field": ("领域",),
    "place": ("地点",),
    "readiness": ("成熟度", "最低成熟度"),
    "money": ("price", "budget", "报价", "预算"),
    "capacity": ("可承接数",),
}
"""The columns that are read, and what else they may be called."""
LEVELS = (1, 9)


def match(offers: Path, needs: Path, *, count: int = 5, require: Sequence[str] = ()) -> tuple[list[Match], list[str]]:
    """Return the matches of two files, and what a reader should know of the files.

    Raises:
        Problems: with every cell that cannot be read, in both files.
        PackError: when a file cannot be read or has no row.
    """
    errors: list[XietongError] = []
    notes: list[str] = []
    read = [_parties(path, errors, notes) for path in (offers, needs)]
    if errors:
        raise Problems("match", errors) if len(errors) > 1 else errors[0]
    return matched(read[0], read[1], count=count, require=require), notes


def written(matches: Sequence[Match], form: str, language: Language) -> str:
    """Return matches as text, JSON or CSV."""
    if form == "json":
        return json.dumps([_data(one) for one in matches], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        file = io.StringIO(newline="")
        head = ("need", "need_name", "rank", "offer", "offer_name", "score", "fused", "assigned", "shared", *TESTS)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(_record(one) for one in matches)
        return file.getvalue()
    return "\n".join(_lines(matches, language)) + "\n"


def _data(one: Match) -> dict[str, object]:
    return {
        "need": one.need.id, "need_name": one.need.name, "need_at": one.need.where, "rank": one.rank,
        "offer": one.offer.id, "offer_name": one.offer.name, "offer_at": one.offer.where,
        "score": round(one.score, 6), "fused": round(one.fused, 6), "assigned": one.assigned,
        "shared": [[text, round(weight, 6)] for text, weight in one.shared],
        "tests": dict(one.tests), "given": {name: one.given(name) for name in TESTS},
    }  # fmt: skip


def _record(one: Match) -> list[str]:
    shared = "; ".join(f"{text} {weight:.3f}" for text, weight in one.shared)
    tests = [{True: "yes", False: "no", None: ""}[one.tests[name]] for name in TESTS]
    names = [guarded(text) for text in (one.need.id, one.need.name, one.offer.id, one.offer.name)]
    numbers = [f"{one.score:.6f}", f"{one.fused:.6f}", "yes" if one.assigned else "no"]
    return [*names[:2], str(one.rank), *names[2:], *numbers, guarded(shared), *tests]


def _lines(matches: Sequence[Match], language: Language) -> Iterator[str]:
    last = ""
    words = Label("指派", "assigned").text(language)
    for one in matches:
        if one.need.id != last:
            yield f"{one.need.id} {one.need.name}"
            last = one.need.id
        yield f"  {one.rank}. {one.offer.id} {one.offer.name}" + (f" [{words}]" if one.assigned else "")
        yield "     " + Label("共有", "shared").text(language) + f" {one.score:.3f}: " + _told(one.shared)
        yield "     " + ", ".join(
            f"{TESTS[name].text(language)} {FITS[fits].text(language)} ({one.given(name)})"
            for name, fits in one.tests.items()
        )


def _told(shared: Sequence[tuple[str, float]]) -> str:
    return ", ".join(f"{text} {weight:.3f}" for text, weight in shared) or "—"


def _parties(path: Path, errors: list[XietongError], notes: list[str]) -> list[Party]:
    """Return the rows of a file; every problem goes to ``errors``, columns that are not read to ``notes``."""
    table = read_foreign(path, path.name)
    names = {called: name for name, also in COLUMNS.items() for called in (name, *also)}
    columns = {names[one]: one for one in reversed(table.header) if one in names}
    if unread := [one for one in table.header if one not in names]:
        notes.append(f"{path.name}: not read: {', '.join(unread)}")
    if "name" not in columns:
        ways = (f"call a column name or {COLUMNS['name'][0]}; others are {', '.join(COLUMNS)}",)
        errors.append(PackError("match", "there is no column with names", where=f"{path.name}:1", ways=ways))
        return []
    found: dict[str, Party] = {}
    for line, record in table.records(errors):
        told = {name: record[column] for name, column in columns.items()}
        one, problems = _party(told, table, line, columns)
        if one.id in found:
            what = f"'{one.id}' also stands at {found[one.id].where}"
            problems.append(PackError("match", what, where=one.where, ways=("give each a number of its own",)))
        errors += problems
        found.setdefault(one.id, one)
    if not found:
        errors.append(PackError("match", "there is no row", where=f"{path.name}:1", ways=("one offer or need a line",)))
    return list(found.values())


def _party(
    told: Mapping[str, str], table: RawTable, line: int, columns: Mapping[str, str]
) -> tuple[Party, list[XietongError]]:
    errors: list[XietongError] = []
    where = table.where(line)

    def number(name: str, low: float, high: float = float("inf")) -> float | None:
        text = told.get(name, "")
        if not text:
            return None
        at = table.where(line, columns[name])
        try:
            value = float(read_number(text).value)
        except PackError as error:
            errors.append(PackError("match", f"{columns[name]}: {error.what}", where=at, ways=error.ways))
            return None
        if not low <= value <= high:
            what = f"{columns[name]} is {text}; it lies between {low:g} and {high:g}"
            errors.append(PackError("match", what, where=at))
        return value

    if not any(sign.isalnum() for sign in told["name"]):
        errors.append(PackError("match", "the name is empty", where=where, ways=("say what it is in a few words",)))
    capacity = number("capacity", 0)
    if capacity is not None and capacity != int(capacity):
        what = f"{columns['capacity']} is {told['capacity']}, which is no whole number"
        errors.append(PackError("match", what, where=table.where(line, columns["capacity"])))
    one = Party(
        told.get("item") or str(line), told["name"], told.get("summary", ""), _parts(told.get("field", "")),
        _parts(told.get("place", "")), number("readiness", *LEVELS), number("money", 0),
        1 if capacity is None else int(capacity), where,
    )  # fmt: skip
    return one, errors


def _parts(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.replace("；", ";").replace("、", ";").split(";") if one.strip())
