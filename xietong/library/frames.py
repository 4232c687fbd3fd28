"""Series handed out: as frames of other libraries, as a table for a terminal, and as one for a notebook.

pandas, polars and xarray are imported where they are asked for; ``pip install xietong[frames]`` brings them.
"""

from __future__ import annotations

import html
import importlib
import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xietong.errors import PackError
from xietong.library.origins import Flag, Grade
from xietong.library.series import Series

ROWS, COLUMNS = 12, 8
"""So much of a series is shown; the rest is counted."""


def library(name: str) -> Any:
    """Import a library that frames are handed to.

    Raises:
        PackError: when it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        ways = ("pip install xietong[frames]", f"pip install {name}")
        raise PackError("frames", f"{name} is not installed", ways=ways) from None


def to_pandas(series: Series) -> Any:
    """Return a pandas Series indexed by the axes, nan where absent; name, unit and grade stand in ``attrs``."""
    pandas = library("pandas")
    labels = [axis.labels for axis in series.axes]
    names = [axis.name for axis in series.axes]
    index = pandas.MultiIndex.from_product(labels, names=names) if len(labels) > 1 else None
    if len(labels) == 1:
        index = pandas.Index(labels[0], name=names[0])
    made = pandas.Series(series.values.ravel().copy(), index=index, name=series.name)
    made.attrs.update(unit=series.unit, grade=worst_grade(series))
    return made


def to_polars(series: Series) -> Any:
    """Return a long polars frame: a column for each axis, then value (null where absent), flag and grade by name."""
    polars = library("polars")
    cells = list(itertools.product(*(axis.labels for axis in series.axes)))
    columns: dict[str, Any] = {axis.name: [cell[at] for cell in cells] for at, axis in enumerate(series.axes)}
    flags = [Flag(int(one)).name.lower() for one in series.flags.ravel()]
    absent = [one == "absent" for one in flags]
    columns["value"] = [None if none else float(v) for v, none in zip(series.values.ravel(), absent, strict=True)]
    columns["unit"] = [series.unit] * len(flags)
    columns["flag"] = flags
    grades = [Grade(int(one)).name.lower() for one in series.grades.ravel()]
    columns["grade"] = [None if none else one for one, none in zip(grades, absent, strict=True)]
    return polars.DataFrame(columns)


def to_xarray(series: Series) -> Any:
    """Return an xarray DataArray with the axes as coordinates, flag and grade as coordinates beside them."""
    xarray = library("xarray")
    names = [axis.name for axis in series.axes]
    coordinates: dict[str, Any] = {axis.name: list(axis.labels) for axis in series.axes}
    coordinates["flag"] = (names, series.flags.copy())
    coordinates["grade"] = (names, series.grades.copy())
    return xarray.DataArray(
        series.values.copy(), dims=names, coords=coordinates, name=series.name, attrs={"unit": series.unit}
    )


def worst_grade(series: Series) -> str:
    """Return the name of the worst grade of the cells that are there, '' when none is."""
    known = series.grades[series.flags != Flag.ABSENT]
    return Grade(int(known.max())).name.lower() if known.size else ""


def heading(series: Series) -> str:
    """Return name, unit, shape, how many cells are absent, worst standing and worst grade in one line."""
    shape = " × ".join(f"{axis.name} {len(axis.labels)}" for axis in series.axes) or "one cell"
    absent = int((series.flags == Flag.ABSENT).sum())
    there = series.flags[series.flags != Flag.ABSENT]
    standing = [Flag(int(there.max())).name.lower(), worst_grade(series)] if there.size else []
    told = [f"{series.name} [{series.unit}]", shape, *([f"{absent} absent"] if absent else []), *standing]
    return " · ".join(told)


def _grid(series: Series, names: Mapping[str, str]) -> tuple[list[list[str]], str]:
    """Return the cells as a table with its head, the last axis across, and a line on what is left out."""
    axes = series.axes
    across = axes[-1].labels if axes else ("",)
    down = list(itertools.product(*(axis.labels for axis in axes[:-1])))
    values = series.values.reshape(len(down), len(across))
    kept = _kept(len(across))
    head = [" ".join(axis.name for axis in axes[:-1]), *(across[at] if at >= 0 else "…" for at in kept)]
    rows, digits = [], _digits(series)
    for at, labels in enumerate(down[:ROWS]):
        name = " ".join(names.get(label, label) for label in labels)
        rows.append([name, *(_number(float(values[at, k]), digits) if k >= 0 else "…" for k in kept)])
    left = len(down) - len(rows)
    return [head, *rows], f"… {left} more rows" if left > 0 else ""


def _kept(count: int) -> list[int]:
    """Return the positions of the columns that are shown, -1 for those left out between the first and the last."""
    if count <= COLUMNS:
        return list(range(count))
    half = COLUMNS // 2
    return [*range(half), -1, *range(count - half + 1, count)]


def _digits(series: Series) -> int:
    """Return how many decimals are shown: none for whole numbers, more the smaller the values are."""
    known = np.abs(series.values[np.isfinite(series.values)])
    if not known.size or bool((known == np.round(known)).all()):
        return 0
    return 1 if known.max() >= 100 else 2 if known.max() >= 1 else 4


def _number(value: float, digits: int) -> str:
    return "·" if np.isnan(value) else f"{value:,.{digits}f}"


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def as_text(series: Series, names: Mapping[str, str]) -> str:
    """Return a series as a small table for a terminal; ``names`` gives labels their names."""
    rows, left = _grid(series, names)
    return "\n".join([heading(series), *aligned(rows), *([left] if left else [])])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table for a terminal: the first column to the left, the others to the right."""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        rest = (" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join([first, *rest]).rstrip())
    return lines


def as_html(series: Series, names: Mapping[str, str]) -> str:
    """Return a series as a table for a notebook, every text escaped."""
    rows, left = _grid(series, names)
    return html_table(heading(series) + (f" · {left}" if left else ""), rows)


def html_table(caption: str, rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a notebook, every text escaped; the first row is its head."""
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in rows[0])
    body = "".join(
        f"<tr><th>{html.escape(row[0])}</th>"
        + "".join(f'<td style="text-align:right">{html.escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows[1:]
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
