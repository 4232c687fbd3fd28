"""SDMX-CSV in and out: one observation a line, with the standard names of dimensions and attributes.

Version 2.0 begins with STRUCTURE, STRUCTURE_ID and ACTION, version 1.0 with DATAFLOW; both are read, 2.0 is written.
What the standard has no place for goes into columns of our own, and comes back from them: publication, benchmark, note,
and whether a figure was revised. Of publications only the id travels; licences and locators do not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from xietong.errors import PackError
from xietong.library.pack import Pack
from xietong.library.raw import RawTable

STATUS = {"observed": "A", "revised": "A", "preliminary": "P", "estimated": "E", "imputed": "I"}
"""Code list CL_OBS_STATUS; the standard does not tell observed from revised, COMMENT_FLAG does."""
FLAGS = {"A": "observed", "P": "preliminary", "E": "estimated", "I": "imputed"}
COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "INDICATOR", "REF_AREA", "COUNTERPART_AREA", "TIME_PERIOD", "ORIGIN",
    "OBS_VALUE", "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "COMMENT_FLAG", "BENCHMARK", "COMMENT_OBS",
)  # fmt: skip
FLOW = "OBSERVATIONS(1.0)"
KEYS = ("concept", "place", "to", "period", "origin")
HEADS = ("STRUCTURE", "DATAFLOW")


def sdmx_csv(rows: Sequence[Mapping[str, Any]], pack: Pack) -> str:
    """Return observations in SDMX-CSV 2.0, the value in the printed unit and its power of ten in UNIT_MULT."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        unit, power = scaled(str(row["unit_text"]))
        writer.writerow(
            ["dataflow", f"{pack.id.upper()}:{FLOW}", "I", *(row[name] for name in KEYS), row["published"], unit, power,
             STATUS[row["flag"]], row["flag"], row["benchmark"], row["note"]]
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
    return bool(raw.header) and raw.header[0].partition("[")[0] in HEADS and "OBS_VALUE" in raw.header


def plain(raw: RawTable) -> RawTable:
    """Return an SDMX-CSV as a table of figures: columns by role, the unit as packs write it, deleted lines left out.

    Raises:
        PackError: when a column that the standard demands is missing, or a unit or a value is none.
    """
    for name in ("REF_AREA", "TIME_PERIOD", "OBS_VALUE"):
        if name not in raw.header:
            raise PackError("sdmx", f"column {name} is missing", where=f"{raw.name}:1")
    lines: list[int] = []
    rows: list[tuple[str, ...]] = []
    for line, row in zip(raw.lines, raw.rows, strict=True):
        told = dict(zip(raw.header, row, strict=False))
        if told.get("ACTION") != "D":
            lines.append(line)
            rows.append(_row(told, f"{raw.name}:{line}"))
    return RawTable(raw.name, ROLES, tuple(rows), tuple(lines))


ROLES = ("place", "to", "indicator", "period", "unit", "value", "flag", "benchmark", "source", "note")


def _row(told: Mapping[str, str], where: str) -> tuple[str, ...]:
    try:
        unit = unscaled(told.get("UNIT_MEASURE", ""), int(told.get("UNIT_MULT") or 0))
        value = f"{Decimal(told['OBS_VALUE']):f}" if told["OBS_VALUE"] else ""
    except PackError as error:
        raise error.at(where) from None
    except (ValueError, ArithmeticError):
        raise PackError("sdmx", "UNIT_MULT or OBS_VALUE is no number", where=where) from None
    indicator = next((told[name] for name in ("INDICATOR", "CONCEPT", "MEASURE") if name in told), "")
    flag = told.get("COMMENT_FLAG") or FLAGS.get(told.get("OBS_STATUS", ""), "")
    more = (told.get(name, "") for name in ("BENCHMARK", "ORIGIN", "COMMENT_OBS"))
    return (
        told["REF_AREA"],
        told.get("COUNTERPART_AREA", ""),
        indicator,
        told["TIME_PERIOD"],
        unit,
        value,
        flag,
        *more,
    )
