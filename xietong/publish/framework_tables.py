"""Tables of a framework: the role of each member and what it shows of the indicators; what versions changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xietong.diagnosis.framework import STATES
from xietong.diagnosis.versions import BECAME
from xietong.errors import UnknownName
from xietong.library.labels import Label, Language
from xietong.publish.numbers import Numbers
from xietong.publish.tables import ends, names, pipe
from xietong.publish.words import unit_name, word

_MARK = "●"


def members(numbers: Numbers, name: str, caption: str, place: str) -> str:
    """Return the role of one member and its indicators: ends, state and facet; those of the role are marked."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    if place not in payload["places"]:
        raise UnknownName(name, "place", place, payload["places"])
    body = []
    for row in payload["rows"]:
        if row["place"] != place:
            continue
        label = f"{_MARK + ' ' if row['role'] else ''}{_named(row, language)}"
        facet = Label(*payload["facets"][row["facet"]]).text(language)
        body.append([label, *ends(numbers, row), _state(row, language), facet])
    keys = ("indicator", "first", "last", "state", "facet")
    table = pipe([word(key, language) for key in keys], body, caption, left=5, widths=[36, 19, 19, 20, 10])
    return f"{_role(payload, place, language)}{table}"


def side_by_side(numbers: Numbers, name: str, caption: str, places: Sequence[str]) -> str:
    """Return several members beside each other: a column for each indicator that any of them shows, then the others."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    for place in places:
        if place not in payload["places"]:
            raise UnknownName(name, "place", place, payload["places"])
    columns: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in payload["rows"]:
        if row["place"] in places:
            columns.setdefault(row["id"], {})[row["place"]] = row
    shown = [one for one in columns.values() if any(row["state"] != "no data" for row in one.values())]
    rest = [_named(next(iter(one.values())), language) for one in columns.values() if one not in shown]
    heads = [_named(next(iter(one.values())), language) + _when(one) for one in shown]
    body = [
        [named, *(_cell(numbers, one, place) for one in shown)]
        for place, named in zip(places, names(numbers, "place", places), strict=True)
    ]
    size = 1 + len(shown)
    widths = [16, *[84 // len(shown)] * len(shown)] if shown else [100]
    table = pipe([word("place", language), *heads], body, caption, left=size, widths=widths)
    return table + (f"\n\n{_without(rest, language)}\n" if rest else "")


def _when(column: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the two periods of a column where all places have the same ones, else nothing."""
    told = {(row.get("from"), row.get("to")) for row in column.values() if row["state"] != "no data"}
    return f" {' → '.join(str(one) for one in next(iter(told)) if one)}" if len(told) == 1 else ""


def _cell(numbers: Numbers, column: Mapping[str, Mapping[str, Any]], place: str) -> str:
    """Return first and last value and the state of one indicator at one place."""
    row = column.get(place)
    if row is None or row["state"] == "no data":
        return STATES["no data"].text(numbers.language)
    told = " → ".join(one for one in ends(numbers, dict(row), dated=not _when(column)) if one != "—")
    return told if row["state"] == "neither" else f"{told} {_state(row, numbers.language)}"


def _named(row: Mapping[str, Any], language: Language) -> str:
    named = unit_name(row.get("unit", "1"), language)
    return f"{row['id']} {Label(*row['label']).text(language)}" + (f" ({named})" if named else "")


def _without(names: Sequence[str], language: Language) -> str:
    if language == "zh":
        return f"以上各地都没有数据的指标：{'；'.join(names)}。"
    return f"Without data for any of these places: {'; '.join(names)}."


def _role(payload: Mapping[str, Any], place: str, language: Language) -> str:
    """Return the role of a member as a paragraph, with the key to the mark; nothing where it has none."""
    if place not in payload["roles"]:
        return ""
    stop, gap = ("。", "：") if language == "zh" else (".", ": ")
    role = Label(*payload["roles"][place]).text(language)
    told = f"**{word('role', language)}{gap}{role}{stop}**"
    return f"{told} {_MARK} {word('of the role', language)}{stop}\n\n"


def _state(row: Mapping[str, Any], language: Language) -> str:
    state, gap = STATES[row["state"]].text(language), "：" if language == "zh" else ": "
    return state + gap + Label(*row["missing"]).text(language) if "missing" in row else state


def versions(numbers: Numbers, name: str, caption: str) -> str:
    """Return every point of the earlier versions with the task and the path that take it up, and what is new."""
    language, payload = numbers.language, numbers.edition.finding(name).payload

    def named(ids: Sequence[str]) -> str:
        told = [f"{one} {Label(*payload['names'][one]).text(language)}" for one in ids]
        return ("；" if language == "zh" else "; ").join(told) or "—"

    body = []
    for row in payload["rows"]:
        point = f"{row['version']} {Label(*row['label']).text(language)}" if row["point"] else "—"
        became = BECAME[row["state"]].text(language)
        body.append(
            [point, named(row["tasks"]), named(row["paths"]), f"**{became}**" if row["state"] != "path" else became]
        )
    keys = ("point", "took up task", "took up path", "became")
    return pipe([word(key, language) for key in keys], body, caption, left=4, widths=[32, 28, 24, 20])
