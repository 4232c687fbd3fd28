"""Links between the places of a file: by borders, by number or by distance, written as a table for the measures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.guard import guarded
from xietong.library.numbers import is_number
from xietong.library.raw import RawTable
from xietong.recipes import adjacency
from xietong.recipes.adjacency import Links
from xietong.recipes.columns import read_table

HEAD = ("from", "to", "weight", "kilometres")
BORDERS = ("border", "corner")


def by_borders(path: Path, label: str, *, corners: bool) -> Links:
    """Return the links of the places whose codes stand in a column.

    Raises:
        Problems: with every code of which there is no outline.
        UnknownName: when there is no such column.
        MeasureRefusal: when a place is named twice.
    """
    table = read_table(path)
    return adjacency.along_borders(_texts(table, label), corners=corners)


def by_points(
    path: Path, label: str, longitude: str, latitude: str, *, count: int = 0, kilometres: float = 0.0,
    ties: str = "all", kernel: str = "", bandwidth: float | None = None,
) -> Links:  # fmt: skip
    """Return the links of places with points: the ``count`` nearest, or all within so many ``kilometres``.

    Raises:
        Problems: with every cell that is no number.
        UnknownName: when there is no such column or kernel.
        MeasureRefusal: when a coordinate is none, a place is named twice, or the limit finds nobody.
    """
    table = read_table(path)
    names, errors = _texts(table, label), list[XietongError]()
    east, north = (_numbers(table, column, errors) for column in (longitude, latitude))
    if errors:
        raise Problems("neighbours", errors) if len(errors) > 1 else errors[0]
    points = list(zip(east, north, strict=True))
    links = adjacency.nearest(names, points, count, ties=ties) if count else adjacency.within(names, points, kilometres)
    return adjacency.weighted(links, kernel, bandwidth=bandwidth) if kernel else links


def written(links: Links) -> str:
    """Return links as CSV: from, to, weight, kilometres."""
    file = io.StringIO(newline="")
    rows = zip(links.origins, links.destinations, links.weights, links.kilometres, strict=True)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEAD)
    for origin, destination, weight, kilometres in rows:
        ends = guarded(links.names[origin]), guarded(links.names[destination])
        writer.writerow([*ends, repr(float(weight)), f"{kilometres:.6f}" if np.isfinite(kilometres) else ""])
    return file.getvalue()


def summary(links: Links) -> str:
    """Return how many places and links there are, how many neighbours a place has, and who has none."""
    alone = links.islands
    told = f"islands: {len(alone)} ({', '.join(alone[:5])}{', …' if len(alone) > 5 else ''})" if alone else "no islands"
    counts = links.counts
    return f"{len(counts)} places, {len(links.origins)} links, {min(counts)} to {max(counts)} neighbours each, {told}"


def _column(table: RawTable, name: str) -> int:
    if name not in table.header:
        raise UnknownName("neighbours", "column", name, table.header, where=f"{table.name}:1")
    return table.header.index(name)


def _texts(table: RawTable, name: str) -> list[str]:
    """Return the cells of a column.

    Raises:
        PackError: when one is empty.
    """
    at = _column(table, name)
    told = [row[at] if at < len(row) else "" for row in table.rows]
    for line, text in zip(table.lines, told, strict=True):
        if not text:
            raise PackError("neighbours", f"{name} is empty", where=table.where(line, name))
    return told


def _numbers(table: RawTable, name: str, errors: list[XietongError]) -> Sequence[float]:
    at, told = _column(table, name), []
    for line, row in zip(table.lines, table.rows, strict=True):
        text = row[at] if at < len(row) else ""
        if not is_number(text):
            what, ways = f"{name} is '{text}'", ("correct the cell, or leave the row out of the file",)
            errors.append(PackError("neighbours", what, where=table.where(line, name), ways=ways))
        told.append(float(text) if is_number(text) else 0.0)
    return told
