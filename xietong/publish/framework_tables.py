"""Tables of a framework: the role of each member and what it shows of the indicators; what versions changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xietong.diagnosis.framework import STATES
from xietong.diagnosis.versions import BECAME
from xietong.errors import UnknownName
from xietong.library.labels import Label, Language
from xietong.publish.numbers import Numbers
from xietong.publish.tables import ends, pipe
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
        named = unit_name(row.get("unit", "1"), language)
        label = f"{_MARK + ' ' if row['role'] else ''}{row['id']} {Label(*row['label']).text(language)}" + (
            f" ({named})" if named else ""
        )
        facet = Label(*payload["facets"][row["facet"]]).text(language)
        body.append([label, *ends(numbers, row), _state(row, language), facet])
    keys = ("indicator", "first", "last", "state", "facet")
    table = pipe([word(key, language) for key in keys], body, caption, left=5, widths=[36, 19, 19, 20, 10])
    return f"{_role(payload, place, language)}{table}"


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
