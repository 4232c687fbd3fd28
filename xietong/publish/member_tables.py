"""Tables of the members of a framework: what each place shows of the indicators."""

from __future__ import annotations

from xietong.diagnosis.framework import STATES
from xietong.errors import UnknownName
from xietong.library.labels import Label
from xietong.publish.numbers import Numbers
from xietong.publish.tables import ends, pipe
from xietong.publish.words import unit_name, word


def members(numbers: Numbers, name: str, caption: str, place: str) -> str:
    """Return the indicators of one member: first and last value, how they moved, and the facet."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    if place not in payload["places"]:
        raise UnknownName(name, "place", place, payload["places"])
    body = []
    for row in payload["rows"]:
        if row["place"] != place:
            continue
        named = unit_name(row.get("unit", "1"), language)
        label = f"{row['id']} {Label(*row['label']).text(language)}" + (f" ({named})" if named else "")
        facet = Label(*payload["facets"][row["facet"]]).text(language)
        body.append([label, *ends(numbers, row), STATES[row["state"]].text(language), facet])
    keys = ("indicator", "first", "last", "state", "facet")
    return pipe([word(key, language) for key in keys], body, caption, left=5, widths=[38, 20, 20, 14, 10])
