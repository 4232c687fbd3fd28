"""Tables of the report as Markdown: from findings, every number linked to its explanation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xietong.diagnosis.claims import VERDICTS
from xietong.diagnosis.framework import STATES
from xietong.errors import PublishError
from xietong.library.explanations import shown
from xietong.library.labels import Label, Language
from xietong.publish.numbers import Numbers
from xietong.publish.words import unit_name, with_unit, word


def pipe(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    left: int | Sequence[int] = 1,
    widths: Sequence[int] = (),
) -> str:
    """Return a pipe table; the first ``left`` columns, or those named, stand left; ``widths`` are relative."""
    dashes = ["-" * width for width in widths or [3] * len(header)]
    stand_left = range(left) if isinstance(left, int) else left
    rule = [f":{one}" if at in stand_left else f"{one}:" for at, one in enumerate(dashes)]
    lines = [header, rule, *rows]
    table = "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)
    return f"{table}\n\n: {caption}\n"


def plain(text: str) -> str:
    """Return words of a pack or study as plain text of Markdown: signs that would mean something are kept as signs."""
    return plain_run(" ".join(text.split()))


def plain_run(text: str) -> str:
    """Return a part of a text as plain text of Markdown, its spaces as they are."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$^~|@" else sign for sign in text)


def names(numbers: Numbers, axis: str, labels: Sequence[str]) -> list[str]:
    """Return the labels of an axis as the report prints them."""
    if axis == "place":
        known = numbers.edition.names(numbers.language)
        return [known.get(label, label) for label in labels]
    if axis in ("sector", "concept", "system"):
        known = numbers.edition.concepts(numbers.language)
        return [known.get(label, label) for label in labels]
    return list(labels)


def grid(
    numbers: Numbers,
    caption: str,
    parts: Sequence[tuple[str, str]],
    rows: str,
    columns: str,
    *,
    digits: int | None = None,
    head: str = "",
) -> str:
    """Return one table of several findings over the axes ``rows`` and ``columns``; one without ``rows`` is one row."""
    language = numbers.language
    first = numbers.edition.finding(parts[0][0]).series
    if first is None:
        raise PublishError(parts[0][0], "a table needs a finding with values")
    labels = first.axis(columns).labels
    body: list[list[str]] = []
    for name, text in parts:
        series = numbers.edition.finding(name).series
        if series is None:
            raise PublishError(name, "a table needs a finding with values")
        if rows in [axis.name for axis in series.axes]:
            own = series.axis(rows).labels
            for label, shown_name in zip(own, names(numbers, rows, own), strict=True):
                body.append([shown_name + text, *_row(numbers, name, {rows: label}, columns, labels, digits)])
        else:
            body.append([text, *_row(numbers, name, {}, columns, labels, digits)])
    header = [head or word(rows, language), *names(numbers, columns, labels)]
    return pipe(header, body, caption, widths=[12, *[7] * len(labels)])


def _row(
    numbers: Numbers, name: str, fixed: dict[str, str], columns: str, labels: Sequence[str], digits: int | None
) -> list[str]:
    series = numbers.edition.finding(name).series
    have = series.axis(columns).labels if series is not None else ()
    return [_link(numbers, name, fixed | {columns: label}, digits) if label in have else "—" for label in labels]


def _link(numbers: Numbers, name: str, select: dict[str, str], digits: int | None) -> str:
    cell = numbers.cell(name, select)
    value = shown(float(cell.series.values), cell.finding.digits if digits is None else digits)
    return f"[{value.replace('-', '−')}](#{cell.anchor}){{.num}}"


def matrix(numbers: Numbers, name: str, caption: str) -> str:
    """Return the matrix of tasks and paths: indicators with data over indicators; a row without a path is marked."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    paths = payload["paths"]
    header = [word("task", language), *(f"{path} {_text(label, language)}" for path, label in paths.items())]
    rows = []
    for task, label in payload["tasks"].items():
        cells = payload["cells"][task]
        row = [f"{task} {_text(label, language)}"]
        row += [_count(cells[path]) for path in (*paths, "")]
        if task in payload["holes"]:
            row[0] += f" **({word('hole', language)})**"
        rows.append(row)
    return pipe([*header, word("no path", language)], rows, caption, widths=[26, *[15] * len(paths), 12])


def _count(pair: Sequence[int]) -> str:
    return f"{pair[1]}/{pair[0]}" if pair[0] else "—"


def _text(pair: Sequence[str], language: Language) -> str:
    return Label(*pair).text(language)


def scorecard(numbers: Numbers, name: str, caption: str, task: str = "", path: str = "") -> str:
    """Return the indicators of a task, a path or all: first and last value, how they moved, or what data is missing."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    keys = ("indicator", "path", "facet", "first", "last", "state")
    rows = []
    for row in payload["rows"]:
        if (task and row["task"] != task) or (path and row["path"] != path):
            continue
        facet = _text(payload["facets"][row["facet"]], language)
        unit = f" ({unit_name(row['unit'], language)})" if unit_name(row.get("unit", "1"), language) else ""
        begin = [f"{row['id']} {_text(row['label'], language)}{unit}", row["path"] or "—", facet]
        rows.append([*begin, *ends(numbers, row), _state(row, language)])
    return pipe([word(key, language) for key in keys], rows, caption, left=6, widths=[32, 9, 11, 18, 18, 22])


def ends(numbers: Numbers, row: dict[str, Any], *, dated: bool = True) -> list[str]:
    """Return first and last value of a row, linked, each with its period unless that stands elsewhere."""
    if row["state"] == "no data":
        return ["—", "—"]
    told = []
    for value, period in (("first", "from"), ("last", "to")):
        if value not in row:
            told.append("—")
            continue
        text = shown(row[value], row["digits"]).replace("-", "−")
        select = row["select"] | ({"period": row[period]} if period in row else {})
        cell = numbers.cell(row["finding"], select)
        told.append(f"[{text}](#{cell.anchor}){{.num}}" + (f" ({row[period]})" if dated and period in row else ""))
    return told


def _state(row: dict[str, Any], language: Language) -> str:
    state = STATES[row["state"]].text(language)
    return f"{state}: {_text(row['missing'], language)}" if row["state"] == "no data" else state


def claims(numbers: Numbers, ids: Sequence[str], caption: str) -> str:
    """Return the claims with their verdicts and evidence."""
    language = numbers.language
    rows = []
    for name in ids:
        finding = numbers.edition.finding(name)
        evidence = ("；" if language == "zh" else "; ").join(
            _evidence(numbers, one) for one in finding.payload["evidence"]
        )
        rows.append([statement(numbers, name), f"**{verdict(numbers, name)}**", evidence])
    return pipe(
        [word(key, language) for key in ("claim", "verdict", "evidence")], rows, caption, left=3, widths=[30, 18, 52]
    )


def statement(numbers: Numbers, name: str) -> str:
    """Return the sentence of a claim with the number that it states."""
    finding = numbers.edition.finding(name)
    stated = str(finding.payload.get("stated", ""))
    unit = str(finding.payload.get("unit", ""))
    return finding.label.text(numbers.language).replace("{stated}", with_unit(stated, unit, numbers.language))


def stated(numbers: Numbers, name: str) -> str:
    """Return the number that a claim states, linked to its entry.

    Raises:
        PublishError: when it states none.
    """
    payload = numbers.edition.finding(name).payload
    if "stated" not in payload:
        raise PublishError(name, "this finding states no number", ways=("name a claim of the kind equals",))
    text = with_unit(str(payload["stated"]).replace("-", "−"), str(payload["unit"]), numbers.language)
    return numbers.whole(name, text)


def verdict(numbers: Numbers, name: str) -> str:
    """Return the verdict on a claim in words."""
    finding = numbers.edition.finding(name)
    if finding.kind != "verdict":
        raise PublishError(name, f"this finding is a {finding.kind}, not a claim")
    return VERDICTS[str(finding.payload["verdict"])].text(numbers.language)


def _evidence(numbers: Numbers, one: dict[str, Any]) -> str:
    language = numbers.language
    label = _text(one["label"], language)
    if "value" in one:
        cell = numbers.cell(one["finding"], one["select"])
        cut = f" ({VERDICTS['rounding'].text(language)})" if one["outcome"] == "rounding" else ""
        return f"{label}: [{numbers.text(cell)}](#{cell.anchor}){{.num}}{cut}"
    ends = []
    for period in (one["from"], one["to"]):
        cell = numbers.cell(one["finding"], one["select"] | {"period": period})
        ends.append(f"[{numbers.text(cell)}](#{cell.anchor}){{.num}} ({period})")
    return f"{label}: {' → '.join(ends)}"


def assumptions(numbers: Numbers, name: str, caption: str) -> str:
    """Return the assumptions of a plan with range and reason."""
    language, payload = numbers.language, numbers.edition.finding(name).payload
    rows = [
        [
            Label.parse(one["label"]).text(language),
            f"{one['value'] * 100:g}%",
            f"{one['low'] * 100:g}–{one['high'] * 100:g}%",
            Label.parse(one["reason"]).text(language),
        ]
        for one in payload["assumptions"].values()
    ]
    keys = ("assumption", "value", "range", "reason")
    return pipe([word(key, language) for key in keys], rows, caption, left=4, widths=[18, 8, 14, 60])


def unit_line(numbers: Numbers, name: str) -> str:
    """Return the unit of a finding as a caption says it."""
    series = numbers.edition.finding(name).series
    unit = unit_name(series.unit, numbers.language) if series is not None else ""
    return f"{word('unit', numbers.language)}: {unit}" if unit else ""
