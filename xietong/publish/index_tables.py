"""Tables of the facet indices: values with intervals, goalposts, ranks, sensitivity, and what turns a conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

from xietong.library.explanations import shown
from xietong.library.labels import Label, Language
from xietong.publish.numbers import Numbers
from xietong.publish.tables import pipe
from xietong.publish.words import unit_name, word

MOST = 5
"""An index of more places has a table of its own (``ranks``); the other tables tell of its ranking alone."""
_DIGITS = 2


def _text(pair: Sequence[str], language: Language) -> str:
    return Label(*pair).text(language)


def _who(numbers: Numbers, row: Mapping[str, Any], place: str) -> str:
    """Return the name of an index, with the place where it has several."""
    label = _text(row["label"], numbers.language)
    return f"{label} · {numbers.edition.names(numbers.language).get(place, place)}" if place else label


def _linked(numbers: Numbers, name: str, select: Mapping[str, str], first: str) -> str:
    """Return a value with its interval in brackets: ``50.6 (41.1–53.2)``; a dash where there is none."""
    cells = {part: numbers.edition.finding(name).series for part in (first, "low", "high")}
    values = {part: one.cell(**select, part=part) for part, one in cells.items() if one is not None}
    if any(map(isnan, values.values())):
        return "—"
    cell = numbers.cell(name, {**select, "part": first})
    value, low, high = (shown(values[part], cell.finding.digits).replace("-", "−") for part in values)
    return f"[{value}](#{cell.anchor}){{.num}} ({low}–{high})"


def _year(period: str) -> str:
    return period[:4]


def _percent(share: float | None) -> str:
    return "—" if share is None or isnan(share) else f"{share * 100:.0f}%"


def _share(numbers: Numbers, name: str, select: Mapping[str, str]) -> str:
    """Return a share in per cent, linked; a dash where there is none."""
    cell = numbers.cell(name, select)
    text = _percent(float(cell.series.values))
    return text if text == "—" else f"[{text}](#{cell.anchor}){{.num}}"


def facets(numbers: Numbers, name: str, caption: str) -> str:
    """Return every index with its count of indicators, its first and last value and its change, with intervals."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    rows = []
    for row in payload["rows"]:
        facet = _text(payload["facets"][row["facet"]], language)
        counts = "/".join(str(row.get(key, 0)) for key in ("indicators", "with_data", "complete"))
        if row["state"] == "no data":
            rows.append([facet, _who(numbers, row, ""), counts, word("no data", language), "—", "—", "—"])
        elif len(row["places"]) > MOST:
            told = f"{len(row['places'])} {word('places', language)}"
            rows.append([facet, _who(numbers, row, ""), counts, told, "—", "—", "—"])
        else:
            rows += [
                [facet, _who(numbers, row, place), counts, *_measured(numbers, row, place)]
                for place in row["places"] or ("",)
            ]
    keys = ("facet", "index", "indicators", "first", "last", "change", "agree")
    return pipe([word(key, language) for key in keys], rows, caption, left=2, widths=[8, 20, 14, 23, 23, 22, 10])


def _measured(numbers: Numbers, row: Mapping[str, Any], place: str) -> list[str]:
    """Return the first and the last value of an index, its change, and the share of draws that move the same way."""
    name, at = row["finding"], {"place": place} if place else {}
    ends = [
        f"{_linked(numbers, name, at | {'period': period}, 'value')} {_year(period)}"
        for period in (row["periods"][0], row["periods"][-1])
    ]
    return [*ends, _linked(numbers, f"{name}.change", at, "change"), _share(numbers, f"{name}.agreement", at)]


def goalposts(numbers: Numbers, name: str, caption: str) -> str:
    """Return every indicator with its goalposts, the day on which they were fixed and why, or what data it lacks."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    rows = []
    for one in payload["indicators"]:
        facet = _text(payload["facets"][one["facet"]], language)
        unit = unit_name(one.get("unit", "1"), language)
        begin = [f"{one['id']} {_text(one['label'], language)}" + (f" ({unit})" if unit else ""), facet]
        if "missing" in one:
            told = f"{word('no data', language)}: {_text(one['missing'], language)}"
            rows.append([*begin, "—", "—", "—", told])
            continue
        posts = [f"{one['worst']:g}", f"{one['best']:g}"]
        rows.append([*begin, *posts, one["frozen"], _text(one["reason"], language)])
    keys = ("indicator", "facet", "worst", "best", "frozen", "reason")
    return pipe([word(key, language) for key in keys], rows, caption, left=6, widths=[30, 8, 9, 9, 12, 44])


def choices(numbers: Numbers, name: str, caption: str) -> str:
    """Return the choices that are varied, what they may be, and why."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    rows = []
    for one in payload["choices"]:
        key, value = one["name"], one["value"]
        told = (
            [word(f"choice {item}", language) for item in value]
            if isinstance(value, list)
            else [_plain(value, language)]
        )
        gap = "；" if language == "zh" else "; "
        rows.append([word(f"choice {key}", language), gap.join(told), Label.parse(one["reason"]).text(language)])
    return pipe(
        [word(key, language) for key in ("choice", "value", "reason")], rows, caption, left=3, widths=[20, 32, 60]
    )


def _plain(value: object, language: Language) -> str:
    return (
        word(f"choice {value}", language)
        if isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def ranks(numbers: Numbers, name: str, caption: str) -> str:
    """Return value and rank of every place in every period with their intervals, and how often the rank is kept."""
    language, series = numbers.language, numbers.edition.finding(f"{name}.ranks").series
    names = numbers.edition.names(language)
    places, periods = (series.axis(axis).labels if series is not None else () for axis in ("place", "period"))
    rows = []
    for place in places:
        row = [names.get(place, place)]
        for period in periods:
            at = {"place": place, "period": period}
            kept = series.cell(**at, part="kept") if series is not None else float("nan")
            row += [_linked(numbers, name, at, "value"), _linked(numbers, f"{name}.ranks", at, "rank"), _percent(kept)]
        rows.append(row)
    words = [word(key, language) for key in ("value", "rank", "kept")]
    head = [f"{_year(period)} {text}" for period in periods for text in words]
    return pipe([word("place", language), *head], rows, caption, widths=[16, *[22, 14, 12] * len(periods)])


def sensitivity(numbers: Numbers, name: str, caption: str) -> str:
    """Return, for every change and every ranking, the share of each choice: first order / total."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    rows = []
    for row in _brief(payload["rows"]):
        told = [_who(numbers, row, row["place"]), word(f"of {row['of']}", language)]
        rows.append([*told, *(_pair(row["shares"][factor]) for factor in payload["factors"])])
    head = [
        word("index", language),
        word("of", language),
        *(word(f"choice {one}", language) for one in payload["factors"]),
    ]
    table = pipe(head, rows, caption, left=2, widths=[26, 12, *[13] * len(payload["factors"])])
    numbers.cell(name, {})
    return table


def _brief(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of changes of indices with few places, and all rows of rankings."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["index"]] = counts.get(row["index"], 0) + (row["of"] == "change")
    return [row for row in rows if row["of"] != "change" or counts[row["index"]] <= MOST]


def _pair(shares: Sequence[float | None]) -> str:
    if shares[0] is None or shares[1] is None:
        return "—"
    told = (round(share, _DIGITS) + 0.0 for share in shares if share is not None)
    return " / ".join(shown(share, _DIGITS).replace("-", "−") for share in told)


def turning(numbers: Numbers, name: str, caption: str) -> str:
    """Return every conclusion, the share of draws that bear it out, and the single choices that turn it."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    gap = "；" if language == "zh" else "; "
    rows = []
    for row in _brief(payload["rows"]):
        turned = gap.join(_text(one["label"], language) for one in row["turned"])
        count = f"{len(row['turned'])}/{row['options']}"
        rows.append([
            _who(numbers, row, row["place"]), _conclusion(numbers, row), _percent(row.get("agree")), count,
            turned or word("none", language),
        ])  # fmt: skip
    keys = ("index", "conclusion", "agree", "turned", "turned by")
    return pipe([word(key, language) for key in keys], rows, caption, left=5, widths=[24, 30, 10, 8, 40])


def _conclusion(numbers: Numbers, row: Mapping[str, Any]) -> str:
    language = numbers.language
    if row["of"] == "change":
        moved = word(row["conclusion"], language) if row["conclusion"] else word("no data", language)
        return f"{_year(row['from'])}–{_year(row['to'])} {moved}"
    names = numbers.edition.names(language)
    return f"{_year(row['to'])}: " + " > ".join(names.get(place, place) for place in row["order"])
