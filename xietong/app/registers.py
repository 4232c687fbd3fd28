"""Registers at the desk: what they hold, one item, search, candidates, rows in and rows out, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

from xietong.app import desk
from xietong.errors import EditionError
from xietong.library.contributions import finish
from xietong.library.documents import Document
from xietong.library.exports import as_csv
from xietong.library.labels import Label, Language
from xietong.library.pack import Pack, pack_digest, read_pack
from xietong.library.register_imports import Sheet, import_rows
from xietong.library.registers.candidates import Candidates, candidates
from xietong.library.registers.differences import Difference
from xietong.library.registers.index import build_index
from xietong.library.registers.items import Item, Value
from xietong.library.registers.register import Register
from xietong.library.registers.search import Hit, Index
from xietong.library.registers.totals import held

REVIEW = ("kept", "other", "score", "kept_name", "other_name", "reasons_zh", "reasons_en")
_WORDS = {
    key: Label.parse(text)
    for key, text in {
        "items": "项 | items", "rows": "行 | rows", "origins": "种出处 | origins", "merged": "条并入 | merged",
        "state": "状态 | state", "places": "地点 | places", "link": "联系 | link", "merge": "合并 | merge",
        "published": "公布 | published", "counted": "名录内 | in the register", "missing": "缺 | missing",
        "never": "未公布 | never published", "names": "名称 | names", "internal": "内部 | internal",
        "of": "其中该出处所列 | of which listed by it",
    }.items()
}  # fmt: skip


def _words(language: Language) -> dict[str, str]:
    return {key: label.text(language) for key, label in _WORDS.items()}


def opened(path: Path, out: Path, day: date, progress: Callable[[str], None]) -> Index:
    """Open the index of a pack's registers; the pack is read only when the index is absent or stale, and then built.

    Raises:
        Problems: with every problem of the pack.
    """
    name = Document.read_into(path / "pack.toml", path.name, []).data.get("id", path.resolve().name)
    file = out / "registers" / f"{name}.sqlite"
    with suppress(EditionError):
        index = Index.open(file)
        if index.holds(pack_digest(path), day):
            return index
        index.close()
    pack = read_pack(path)
    progress(f"index {file.as_posix()}")
    build_index(pack.registers, pack.gazetteer, file, pack.digest, day)
    return Index.open(file)


def overview(path: Path, kind: str, day: date, language: Language) -> Iterator[str]:
    """Yield what the registers of a pack hold, or one of them, with control totals and what was never published.

    Raises:
        UnknownName: when there is no such class.
    """
    pack = desk.check(path)
    for register in [pack.registers[kind]] if kind else pack.registers.values():
        yield from _overview(pack, register, day, language)


def _overview(pack: Pack, register: Register, day: date, language: Language) -> Iterator[str]:
    words, one = _words(language), register.kind
    told = (
        f"{len(register)} {words['items']}, {len(register.rows)} {words['rows']}, {len(one.origins)} {words['origins']}"
    )
    merged = f", {len(register.heads)} {words['merged']}" if register.heads else ""
    yield f"{one.id}: {one.label.text(language)} · {told}{merged}"
    counts: dict[str, int] = {}
    for item in register.values() if one.states else ():
        label = item.state_label(day, language)
        counts[label] = counts.get(label, 0) + 1
    if counts:
        yield f"  {words['state']}: " + ", ".join(f"{label or '—'} {count}" for label, count in sorted(counts.items()))
    for total in held(register, pack.gazetteer, day):
        published = f"{words['published']} {total.total.value} {total.total.unit} ({total.total.date})"
        missing = f", {words['missing']} {total.missing}" if total.missing else ""
        counted = f"{words['counted']} {total.counted} ({words['of']} {total.listed}){missing}"
        yield f"  {total.total.label.text(language)}: {published}, {counted} · {total.origin.cite()}"
    for never in one.not_published:
        yield f"  {words['never']}: {never.label.text(language)} ({never.reason.text(language)})"


def card(path: Path, ref: str, day: date, language: Language) -> Iterator[str]:
    """Yield everything that is known of an item, each value with publication, date and line.

    Raises:
        UnknownName: when there is no such class or item.
    """
    pack = desk.check(path)
    item, words, label = pack.registers.item(ref), _words(language), pack.gazetteer.label
    yield f"{item.ref} {item.name}"
    yield f"  {words['places']}: " + ", ".join(f"{label(code, language)} ({code})" for code in item.places)
    yield from _values(words["names"], item.names, language)
    for name, values in item.attributes.items():
        attribute = item.kind.attributes[name]
        unit = f" [{attribute.unit}]" if attribute.unit else ""
        yield from _values(f"{attribute.label.text(language)}{unit}", values, language)
    yield from _life(item, pack, day, language)


def _values(label: str, values: Sequence[Value], language: Language) -> Iterator[str]:
    differ = len({one.text for one in values}) > 1
    yield f"  {label}:{' ≠' if differ else ''}"
    for one in values:
        internal = f" · {_words(language)['internal']}" if one.origin.access == "internal" else ""
        yield f"    {one.text} · {one.origin.cite()} · {one.origin.grade.label.text(language)}{internal} · {one.where}"


def _life(item: Item, pack: Pack, day: date, language: Language) -> Iterator[str]:
    words = _words(language)
    if item.kind.states:
        yield f"  {words['state']} {day.isoformat()}: {item.state_label(day, language) or '—'}"
    for state in item.history:
        name, origin = item.kind.states[state.state].text(language), item.kind.origins[state.origin]
        yield f"    {state.date} {name}: {state.evidence} · {origin.cite()} · {state.where}"
    for link in item.links:
        kind = pack.registers[link.source.partition(":")[0]].kind
        told = f"{link.source} {kind.relations[link.relation].label.text(language)} {link.target}"
        origin = (pack.registers.links.origins or {})[link.origin]
        yield f"  {words['link']}: {told} {link.date} · {origin.cite()} · {link.where}"
    for merge in item.merges:
        yield f"  {words['merge']}: {merge.told()} · {merge.where}"


def search(
    path: Path, out: Path, text: str, filters: Mapping[str, str], where: Mapping[str, str], limit: int, form: str,
    language: Language, progress: Callable[[str], None],
) -> str:  # fmt: skip
    """Return what a text finds in the registers of a pack, as text or JSON.

    Raises:
        UnknownName: when a filter names what does not exist.
    """
    with closing(opened(path, out, date.today(), progress)) as index:
        hits = index.search(text, where=where, limit=limit, **filters)
        if form == "json":
            return json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2) + "\n"
        return "".join(f"{_line(hit, index, language)}\n" for hit in hits)


def _line(hit: Hit, index: Index, language: Language) -> str:
    """Return a hit in one line: name, places, state, publication and date."""
    at = 0 if language == "zh" else -1
    places = ", ".join(index.places[code][at] for code in hit.places)
    states = index.words[hit.ref.partition(":")[0]]["states"]
    state = f"{states[hit.state][at]} ({hit.since})" if hit.state else ""
    internal = _words(language)["internal"] if hit.access == "internal" else ""
    return " · ".join(filter(None, (f"{hit.ref} {hit.name}", places, state, hit.source, internal, hit.where)))


def alike(path: Path, kind: str, threshold: float) -> Candidates:
    """Return the pairs of items of a class that may be one thing.

    Raises:
        UnknownName: when there is no such class.
    """
    pack = desk.check(path)
    return candidates(pack.registers[kind], pack.gazetteer, threshold)


def candidates_as_text(found: Candidates, kind: str, language: Language, limit: int) -> Iterator[str]:
    """Yield one line for each candidate, the surest first."""
    for one in found.all[:limit]:
        reasons = ", ".join(label.text(language) for label in one.reasons)
        yield f"{one.score:.2f} {kind}:{one.kept} {one.names[0]} = {kind}:{one.other} {one.names[1]} · {reasons}"


def candidates_as_csv(found: Candidates, kind: str) -> bytes:
    """Return candidates as a table to work through in a spreadsheet, in which no cell starts a formula."""
    rows = [
        {
            "kept": f"{kind}:{one.kept}", "other": f"{kind}:{one.other}", "score": one.score, "kept_name": one.names[0],
            "other_name": one.names[1], "reasons_zh": "；".join(label.zh for label in one.reasons),
            "reasons_en": "; ".join(label.en for label in one.reasons),
        }
        for one in found.all
    ]  # fmt: skip
    return as_csv(rows, REVIEW, ("score",))


def bring(path: Path, kind: str, sheet: Sheet, *, enter: bool) -> tuple[Difference, list[str]]:
    """Return what the rows of a sheet would do to a register, or with ``enter`` did, and that in lines.

    Raises:
        Problems: when rows are to enter and one is refused; nothing is written then.
    """
    if enter:
        finish(path)
    found = import_rows(path, kind, sheet, enter=enter)
    names = list(desk.check(path).registers[kind].kind.attributes)
    lines = [f"+ {row.item} {row.name} ({row.origin}) · {row.where}" for row in found.added]
    for change in found.changed:
        columns = ", ".join(change.columns(names))
        lines.append(
            f"~ {change.after.item} {change.after.name} ({change.after.origin}): {columns} · {change.after.where}"
        )
    return found, lines + [f"! {error.text()}" for error in found.errors()]
