"""A measure on a file without a pack: options as typed, the note as printed."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.guard import guarded
from xietong.library.labels import Label, Language
from xietong.recipes import notes
from xietong.recipes.columns import measure_table, read_table
from xietong.recipes.measuring import Facts, Measured, all_measures, facts


def catalogue(language: Language) -> str:
    """Return every measure with its label, a line each, by family."""
    lines: list[str] = []
    family = ""
    for name, known in all_measures().items():
        if known.family != family:
            family = known.family
            lines += ["", family] if lines else [family]
        also = f" ({', '.join(known.also)})" if known.also else ""
        lines.append(f"  {name.partition('.')[2]}{also}  {Label.parse(known.label).text(language)}")
    return "\n".join(lines) + "\n"


def label(known: Facts, language: Language) -> str:
    """Return the label of a measure."""
    return Label.parse(known.label).text(language)


def describe(name: str, language: Language) -> str:
    """Return what a measure is and takes.

    Raises:
        UnknownName: when there is no such measure.
    """
    return notes.described(facts(name), language)


def run(
    name: str, path: Path, typed: Sequence[str], *, by: str = "", sheet: str = "", cells: str = "", header: int = 1,
    misused: bool = False,
) -> Measured:  # fmt: skip
    """Compute a measure from the columns of a file.

    Raises:
        UnknownName: when there is no such measure, parameter, choice or column.
        Problems: with every cell that cannot be used.
        MeasureRefusal: when a precondition of the measure does not hold.
    """
    known = facts(name)
    options = _options(known, typed)
    table = read_table(path, sheet, cells, header)
    return measure_table(known, path, table, options, by=by, misused=misused)


def written(result: Measured, form: str, language: Language) -> str:
    """Return a result as text, JSON or CSV."""
    if form == "json":
        return json.dumps(notes.as_data(result), ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        file = io.StringIO(newline="")
        head, *rows = notes.records(result)
        at = head.index("value")
        csv.writer(file, lineterminator="\n").writerows(
            [head, *([cell if k == at else guarded(cell) for k, cell in enumerate(row)] for row in rows)]
        )
        return file.getvalue()
    return notes.as_text(result, language)


def command(name: str, file: str, options: Mapping[str, str], by: str = "") -> str:
    """Return the command that computes a measure from the columns of a file."""
    told = [f"--{one.replace('_', '-')} {shlex.quote(text)}" for one, text in options.items()]
    return " ".join(["xietong measure", name, shlex.quote(file), *told, *([f"--by {shlex.quote(by)}"] if by else [])])


def program(known: Facts, file: str, header: Sequence[str], options: Mapping[str, str], by: str = "") -> str:
    """Return the lines of Python that compute a measure from the columns of a file."""
    data = "rows" if by else "data"
    given = []
    for one, text in options.items():
        columns = [text] if text in header else [part.strip() for part in text.split(",")]
        if one in known.choices:
            value = text if not known.choices[one].words else repr(text)
        elif all(part in header for part in columns):
            value = f"{data}[{columns[0]!r}]" if len(columns) == 1 else f"{data}[{columns!r}]"
        else:
            value = text if len(columns) == 1 else f"[{text}]"
        if one in known.parameters or one in known.choices:
            given.append(f"{one}={value}")
    call = f"xietong.measure({known.name!r}, {', '.join(given)})"
    read = "read_excel" if file.endswith((".xlsx", ".xls", ".ods")) else "read_csv"
    lines = ["import pandas", "import xietong", "", f"data = pandas.{read}({file!r})"]
    return "\n".join(
        [
            *lines,
            *([f"for label, rows in data.groupby({by!r}):", f"    print(label, {call})"] if by else [f"print({call})"]),
        ]
    )


def _options(known: Facts, typed: Sequence[str]) -> dict[str, str]:
    """Return what was typed as ``--name value`` or ``--name=value``, names written out from their beginning.

    Raises:
        Problems: with every option that is none, is ambiguous or has no value.
    """
    axes = {axis for names in known.parameters.values() for axis in names} | {"row"}
    names = {*known.parameters, *known.choices, *axes}
    options: dict[str, str] = {}
    errors: list[XietongError] = []
    left = list(typed)
    while left:
        option, equals, value = left.pop(0).partition("=")
        key = option.removeprefix("--").replace("-", "_")
        found = [key] if key in names else sorted(name for name in names if name.startswith(key))
        found = [name for name in found if name in known.parameters] or found
        if not option.startswith("--") or len(found) != 1:
            kind = "option" if not found else "single option"
            errors.append(
                UnknownName(known.name, kind, option, [f"--{name.replace('_', '-')}" for name in found or names])
            )
        if not equals and left and (not left[0].startswith("--")):
            value = left.pop(0)
        elif not equals:
            errors.append(PackError(known.name, f"{option} has no value", ways=(f"{option} COLUMN",)))
        if len(found) == 1:
            options[found[0]] = value
    if errors:
        raise Problems(f"measure {known.name}", errors) if len(errors) > 1 else errors[0]
    return options
