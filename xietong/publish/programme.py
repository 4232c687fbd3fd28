"""Tables of a programme: its elements with what answers them, and its targets with value, pace and state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xietong.diagnosis import coverage as elements
from xietong.diagnosis import targets as aims
from xietong.diagnosis.literature import SIGNS
from xietong.diagnosis.target_file import NATURES, OPERATORS
from xietong.errors import PublishError, UnknownName
from xietong.library.labels import Label
from xietong.library.origins import Grade
from xietong.publish.numbers import Numbers
from xietong.publish.tables import names, pipe, statement, verdict
from xietong.publish.words import with_unit, word

PARTS = ("measured", "words", "unseen", "sources")


def count(numbers: Numbers, name: str, key: str, of: str = "") -> str:
    """Return how many rows of a table have a state, linked; with ``of`` those of one place or of one index.

    Raises:
        UnknownName: when the table has no such state, place or index.
    """
    payload = numbers.edition.finding(name).payload
    counts = payload.get("counts", {})
    if of:
        told: dict[str, Any] = payload.get("by_place", {}) | {
            row["index"]: row for row in payload.get("rows", ()) if "index" in row
        }
        if of not in told:
            raise UnknownName(name, "place or index", of, told)
        counts = {one: value for one, value in told[of].items() if isinstance(value, int)}
        counts |= {"all": sum(counts.values())} if of in payload.get("by_place", {}) else {}
    if key not in counts:
        raise UnknownName(name, "count", key, counts)
    return numbers.whole(name, str(counts[key]))


def listed(numbers: Numbers, name: str, key: str, none: str) -> str:
    """Return by name the tasks that are ``holes``, or the points that became ``key``; ``none`` where there are none.

    Raises:
        UnknownName: when nothing of the kind is kept.
    """
    payload = numbers.edition.finding(name).payload
    if "holes" in payload:
        if key != "holes":
            raise UnknownName(name, "list", key, ("holes",))
        labels = [Label(*payload["tasks"][task]) for task in payload["holes"]]
    elif key in payload.get("counts", {}):
        labels = [Label(*row["label"]) for row in payload["rows"] if row.get("state") == key and "label" in row]
    else:
        raise UnknownName(name, "list", key, payload.get("counts", {}))
    gap = "、" if numbers.language == "zh" else ", "
    return gap.join(one.text(numbers.language) for one in labels) or none


def coverage(numbers: Numbers, name: str, caption: str, sections: Sequence[str] = ()) -> str:
    """Return the elements of some sections (or all): what is done about each, and what answers it or is missing."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    for one in sections:
        if one not in payload["sections"]:
            raise UnknownName(name, "section", one, payload["sections"])
    rows = []
    for row in payload["rows"]:
        if not sections or row["section"] in sections:
            part = [Label(*payload["sections"][row["section"]]).text(language)] if len(sections) != 1 else []
            does = _joined([elements.DOES[one].text(language) for one in row["does"]], numbers)
            rows.append([str(row["number"]), *part, Label(*row["label"]).text(language), does, _answer(numbers, row)])
    single = len(sections) == 1
    keys = ("at", *(() if single else ("section",)), "element", "does", "answer")
    widths = [6, 30, 14, 56] if single else [6, 13, 27, 13, 47]
    return pipe([word(key, language) for key in keys], rows, caption, left=len(keys), widths=widths)


def _answer(numbers: Numbers, row: dict[str, Any]) -> str:
    """Return what shows an element, claims with their verdicts, or which table or register is missing."""
    language = numbers.language
    if row["state"] == "missing":
        return f"**{elements.STATES['missing'].text(language)}**: {Label(*row['missing']).text(language)}"
    named = word("register of", language)
    told = [f"{named}{Label(*one['label']).text(language)}" for one in row["registers"]]
    for one in row["shown_by"]:
        stated = numbers.edition.finding(one["finding"]).kind == "verdict"
        judged = f"{statement(numbers, one['finding'])} ({verdict(numbers, one['finding'])})" if stated else ""
        told.append(judged or Label(*one["label"]).text(language))
    if row["state"] == "partial":
        told.append(f"**{word('not there', language)}**: {Label(*row['missing']).text(language)}")
    return _joined(list(dict.fromkeys(told)), numbers)


def _joined(texts: Sequence[str], numbers: Numbers) -> str:
    return ("；" if numbers.language == "zh" else "; ").join(texts)


def targets(numbers: Numbers, name: str, caption: str, part: str = "measured") -> str:
    """Return one part of the targets: those measured, those in words, those without data, or their publications."""
    payload = numbers.edition.finding(name).payload
    if part not in PARTS:
        raise UnknownName(name, "part of the targets", part, PARTS)
    if part == "sources":
        return _sources(numbers, payload["sources"], caption)
    kept = {"words": ("not measurable",), "unseen": ("no data", "not retrieved")}
    states = kept.get(part, tuple(state for state in aims.STATES if state not in kept["words"] + kept["unseen"]))
    rows = [row for row in payload["rows"] if row["state"] in states]
    if not rows:
        raise PublishError(name, f"no target is of the part '{part}'")
    make = {"measured": _measured, "words": _in_words, "unseen": _unseen}[part]
    return make(numbers, rows, payload["sources"], caption)


def _measured(numbers: Numbers, rows: Sequence[dict[str, Any]], sources: dict[str, Any], caption: str) -> str:
    language = numbers.language
    body = []
    for row in rows:
        last = "—"
        if "finding" in row:
            cell = numbers.cell(row["finding"], row["select"])
            last = f"[{numbers.text(cell)}](#{cell.anchor}){{.num}} ({row['at']})"
        paces = [_pace(numbers, row, kind) for kind in ("needed", "achieved")]
        state = f"**{aims.STATES[row['state']].text(language)}**"
        body.append([_name(numbers, row, sources), _aim(numbers, row), last, *paces, state])
    keys = ("target", "aim", "last", "pace needed", "pace achieved", "state")
    return pipe([word(key, language) for key in keys], body, caption, left=6, widths=[42, 24, 18, 12, 16, 12])


def _pace(numbers: Numbers, row: dict[str, Any], kind: str) -> str:
    """Return a pace of a target, linked, with the year from which it is counted; a dash where it makes no sense."""
    if row.get(kind) is None:
        return "—"
    cell = numbers.cell(f"target.{row['id']}.{kind}", {})
    since = f" ({row['from']}–{row['at']})" if kind == "achieved" else ""
    return f"[{numbers.text(cell)}](#{cell.anchor}){{.num}}{since}"


def _name(numbers: Numbers, row: dict[str, Any], sources: dict[str, Any]) -> str:
    """Return number, name, area, nature and publication of a target, and its remark."""
    language = numbers.language
    (area,) = names(numbers, "place", [Label(*row["area"]).text(language)])
    source = Label.parse(sources[row["source"]]["short"]).text(language)
    told = [area, NATURES[row["nature"]].text(language), source]
    note = Label(*row["note"]).text(language)
    name = f"{row['id']} {Label(*row['label']).text(language)} ({_joined(told, numbers)})"
    return _joined([name, note], numbers) if note else name


def _aim(numbers: Numbers, row: dict[str, Any]) -> str:
    """Return operator, value, unit and year of a target, and where the plan starts."""
    language = numbers.language
    year = f" ({row['year'].replace('/', '–')})" if row["year"] else ""
    if row["state"] == "not retrieved":
        return f"—{year}"
    if not row["value"]:
        return f"{OPERATORS[row['operator']].text(language)}{year}"
    value = with_unit(row["value"].replace("-", "−"), row["unit"], language)
    aim = f"{OPERATORS[row['operator']].text(language)} {value}{year}"
    if not row["base"].get("value"):
        return aim
    base = f"{word('from', language)} {row['base']['value']} ({row['base'].get('year', word('unknown', language))}"
    vintage = Label.parse(row["base"].get("vintage", "")).text(language)
    return _joined([aim, base + (f", {vintage})" if vintage else ")")], numbers)


def _in_words(numbers: Numbers, rows: Sequence[dict[str, Any]], sources: dict[str, Any], caption: str) -> str:
    language = numbers.language
    body = []
    for row in rows:
        rule = Label(*row["rule"]).text(language)
        if "finding" in row:
            rule = _joined(
                [rule, f"**{verdict(numbers, row['finding'])}**: {statement(numbers, row['finding'])}"], numbers
            )
        body.append([_name(numbers, row, sources), row["year"].replace("/", "–") or "—", rule])
    keys = ("target", "period", "rule")
    return pipe([word(key, language) for key in keys], body, caption, left=3, widths=[40, 10, 50])


def _unseen(numbers: Numbers, rows: Sequence[dict[str, Any]], sources: dict[str, Any], caption: str) -> str:
    language = numbers.language
    body = []
    for row in rows:
        state = aims.STATES[row["state"]].text(language)
        missing = f"{state}: {Label(*row['missing']).text(language)}" if "missing" in row else f"**{state}**"
        body.append([_name(numbers, row, sources), _aim(numbers, row), missing])
    keys = ("target", "aim", "state")
    return pipe([word(key, language) for key in keys], body, caption, left=3, widths=[44, 24, 32])


def _sources(numbers: Numbers, sources: dict[str, Any], caption: str) -> str:
    language = numbers.language
    rows = []
    for spec in sorted(sources.values(), key=lambda one: (one.get("date", "9"), one["short"])):
        short, publisher, title = (Label.parse(spec[key]).text(language) for key in ("short", "publisher", "title"))
        grade = Grade[spec["grade"].upper()].label.text(language) if spec.get("grade") else word("not read", language)
        rows.append([short, publisher, title, spec.get("date", word("unknown", language)), grade])
    keys = ("short", "publisher", "publication", "edition", "grade")
    return pipe([word(key, language) for key in keys], rows, caption, left=5, widths=[18, 22, 36, 12, 16])


def literature(numbers: Numbers, name: str, caption: str) -> str:
    """Return what studies by others found: authors and year, design, result, and what was read of it."""
    language = numbers.language
    rows = []
    for row in numbers.edition.finding(name).payload["rows"]:
        study, design, result, seen = (Label(*row[key]).text(language) for key in ("study", "design", "result", "seen"))
        sign = SIGNS[row["sign"]].text(language)
        rows.append([f"{study} {row['year']}", design, f"{result} ({seen})" if seen else result, sign])
    keys = ("study", "design", "result", "sign")
    return pipe([word(key, language) for key in keys], rows, caption, left=4, widths=[16, 28, 44, 12])
