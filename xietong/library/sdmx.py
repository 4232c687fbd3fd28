"""SDMX-CSV in and out: one observation a line, with the standard names of dimensions and attributes.

Version 2.0 begins with STRUCTURE, STRUCTURE_ID and ACTION, version 1.0 with DATAFLOW; both are read, 2.0 is written.
What the standard has no place for goes into columns of our own, which it allows, and comes back from them: publication,
benchmark, note, whether a figure was revised, and a span as it was written. Of publications only the id travels.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.guard import guarded, unguarded
from xietong.library.pack import Pack
from xietong.library.raw import RawTable
from xietong.library.sdmx_time import period_of, time_of

STATUS = {"observed": "A", "revised": "A", "preliminary": "P", "estimated": "E", "imputed": "I"}
"""Code list CL_OBS_STATUS; the standard does not tell observed from revised, COMMENT_FLAG does."""
FLAGS = {"": "", "A": "observed", "P": "preliminary", "E": "estimated", "I": "imputed"}
NOTED = {
    "B": "time series break", "D": "definition differs", "G": "experimental", "J": "derogation", "U": "low reliability",
    "K": "included in another category", "N": "not significant", "S": "strike and other special events",
    "V": "unvalidated", "W": "includes another category",
}  # fmt: skip
"""Codes of an observed value that say something more, which goes into the note."""
COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "INDICATOR", "REF_AREA", "COUNTERPART_AREA", "TIME_PERIOD", "ORIGIN",
    "BENCHMARK", "OBS_VALUE", "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "COMMENT_FLAG", "COMMENT_OBS", "PERIOD",
)  # fmt: skip
FLOW = "OBSERVATIONS(1.0)"
NONE = "_Z"
"""The standard's code for a dimension that does not apply."""
HEADS = ("STRUCTURE", "DATAFLOW")


def sdmx_csv(rows: Sequence[Mapping[str, Any]], pack: Pack) -> str:
    """Return observations in SDMX-CSV 2.0, the value in the printed unit and its power of ten in UNIT_MULT."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    head = ["dataflow", f"{pack.id.upper()}:{FLOW}", "I"]
    for row in rows:
        (unit, power), time = scaled(str(row["unit_text"])), time_of(str(row["period"]))
        writer.writerow(
            [*head, row["concept"], row["place"], row["to"] or NONE, time, guarded(row["origin"]),
             row["benchmark"] or NONE, row["published"], unit, power, STATUS[row["flag"]], row["flag"],
             guarded(row["note"]), "" if time == row["period"] else row["period"]]
        )  # fmt: skip
    return file.getvalue()


SCALES = {"万亿": 12, "亿": 8, "百万": 6, "万": 4, "千": 3}
SIMPLE = ("元", "美元", "人", "吨", "件", "户", "个", "家", "项", "册", "张", "标准箱", "标箱")


def scaled(unit: str) -> tuple[str, int]:
    """Return a unit without its power of ten, and the power: 亿元 is 元 and 8; a unit that has none keeps its text."""
    for scale, power in SCALES.items():
        if unit.startswith(scale) and unit[len(scale) :] in SIMPLE:
            return unit[len(scale) :], power
    return unit, 0


def unscaled(unit: str, power: int) -> str:
    """Return a unit with its power of ten written in front again.

    Raises:
        PackError: when no unit of packs is that power of the unit.
    """
    for scale, known in SCALES.items():
        if power == known and unit in SIMPLE:
            return scale + unit
    if power == 0:
        return unit
    raise PackError(
        "sdmx", f"ten to the {power} {unit} is no unit of a pack", ways=("state UNIT_MULT as 0, 3, 4, 6, 8 or 12",)
    )


def is_sdmx(raw: RawTable) -> bool:
    """Return whether a table is SDMX-CSV of either version."""
    return bool(raw.header) and _plain(raw.header[0]) in HEADS and "OBS_VALUE" in map(_plain, raw.header)


def _plain(name: str) -> str:
    """Return the id of a column: names after ': ' and signs of several values in brackets are left out."""
    return name.partition(":")[0].partition("[")[0].strip()


ROLES = ("place", "to", "indicator", "period", "unit", "value", "flag", "benchmark", "source", "note")


def roled(raw: RawTable) -> RawTable:
    """Return an SDMX-CSV as a table of figures: columns by role, the unit as packs write it, deleted lines left out.

    Raises:
        Problems: with every column that is missing, and every line whose unit, value, time or status cannot be read.
    """
    names, errors = [_plain(name) for name in raw.header], list[XietongError]()
    for name in ("REF_AREA", "TIME_PERIOD"):
        if name not in names:
            errors.append(UnknownName("sdmx", "column", name, names, where=f"{raw.name}:1"))
    kept: list[tuple[int, tuple[str, ...]]] = []
    for line, row in zip(raw.lines, raw.rows, strict=True) if not errors else ():
        cells = zip(raw.header, names, row, strict=False)
        told = {name: cell.partition(": ")[0] if ": " in head else cell for head, name, cell in cells}
        if told.get("ACTION") == "D":
            continue
        try:
            kept.append((line, _row(told)))
        except XietongError as error:
            errors.append(error.at(f"{raw.name}:{line}"))
    if errors:
        raise Problems(f"sdmx {raw.name}", errors)
    return replace(raw, header=ROLES, rows=tuple(row for _, row in kept), lines=tuple(line for line, _ in kept))


def _row(told: Mapping[str, str]) -> tuple[str, ...]:
    value = _value(told.get("OBS_VALUE", ""))
    flag, remark = _flag(told) if value else ("", "")
    note = "; ".join(filter(None, (unguarded(told.get("COMMENT_OBS", "")), remark)))
    written = told.get("PERIOD", "")
    period = written if written and time_of(written) == told["TIME_PERIOD"] else period_of(told["TIME_PERIOD"])
    indicator = next((told[name] for name in ("INDICATOR", "CONCEPT", "MEASURE") if name in told), "")
    to, benchmark = (told.get(name, "") for name in ("COUNTERPART_AREA", "BENCHMARK"))
    return (
        told["REF_AREA"], "" if to == NONE else to, indicator, period, _unit(told), value, flag,
        "" if benchmark == NONE else benchmark, unguarded(told.get("ORIGIN", "")), note,
    )  # fmt: skip


def _value(text: str) -> str:
    if text in ("", "NaN"):
        return ""
    try:
        return f"{Decimal(text):f}"
    except ArithmeticError:
        raise PackError("sdmx", f"OBS_VALUE '{text}' is no number") from None


def _unit(told: Mapping[str, str]) -> str:
    try:
        return unscaled(told.get("UNIT_MEASURE", ""), int(told.get("UNIT_MULT") or 0))
    except ValueError:
        raise PackError("sdmx", f"UNIT_MULT '{told['UNIT_MULT']}' is no whole number") from None


def _flag(told: Mapping[str, str]) -> tuple[str, str]:
    """Return the flag of an observation, and what its status says beyond that."""
    status, flag = told.get("OBS_STATUS", ""), told.get("COMMENT_FLAG", "")
    if flag in STATUS and STATUS[flag] == status:
        return flag, ""
    if status in NOTED:
        return "observed", f"{status}: {NOTED[status]}"
    if status not in FLAGS:
        raise UnknownName("sdmx", "OBS_STATUS of a value that was observed", status, [*FLAGS, *NOTED])
    return FLAGS[status], ""
