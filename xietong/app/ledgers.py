"""Values of the ledger as a table to be measured: places in rows, concepts in columns, one period or several."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xietong.app.packs import KeptPack
from xietong.errors import MissingCell, MixedBenchmarks, PackError, Problems, UnknownName, XietongError
from xietong.library.labels import Label
from xietong.library.ledger import Ledger, Selection, fill
from xietong.library.pack import Pack
from xietong.library.periods import years
from xietong.library.readings import Reading
from xietong.library.series import Series

CELLS = 20_000
"""So many values at most are read at a time."""


@dataclass(frozen=True)
class Asked:
    """What is read: concepts, a perimeter or places, a period or a range of them, the benchmark where one is named."""

    concepts: tuple[str, ...]
    places: str
    periods: str
    benchmark: Mapping[str, str] = field(default_factory=dict)


@dataclass
class KeptLedger:
    """The ledger of a pack, filled anew when the pack has changed."""

    pack: KeptPack
    _ledger: Ledger | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def table(self, asked: Asked) -> bytes:
        """Return the latest values as CSV: place, period, and a column for each concept.

        Raises:
            UnknownName: when there is no such concept, place or perimeter.
            Problems: with every cell that nothing was published for, or every mixture of benchmarks.
        """
        import duckdb

        with self._lock:
            pack = self.pack.read()
            if self._ledger is None or self._ledger.pack.digest != pack.digest:
                connection = duckdb.connect()
                fill(connection, pack)
                self._ledger = Ledger(connection, pack)
            return _table(self._ledger, pack, asked)


def _table(ledger: Ledger, pack: Pack, asked: Asked) -> bytes:
    for one in asked.concepts:
        if one not in pack.concepts:
            raise UnknownName("measure", "concept", one, pack.concepts)
    for family, name in asked.benchmark.items():
        if family not in pack.benchmarks:
            raise UnknownName("measure", "family of benchmarks", family, pack.benchmarks)
        if name not in pack.benchmarks[family].order:
            raise UnknownName("measure", f"{family} benchmark", name, pack.benchmarks[family].order)
    places, periods = _places(pack, asked.places), years(asked.periods)
    if len(places) * len(periods) * len(asked.concepts) > CELLS:
        raise PackError("measure", f"more than {CELLS} values", ways=("name fewer places or periods",))
    latest = Label("最新", "latest")
    reading = Reading("latest", latest, "latest", "asked for in the observatory", benchmark=dict(asked.benchmark))
    out, errors = io.StringIO(newline=""), list[XietongError]()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["place", "period", *asked.concepts])
    for period in periods:
        told = [ledger.series(Selection((one,), places, (period,), one_period=True), reading) for one in asked.concepts]
        errors += _mixed(told)
        for at, place in enumerate(places):
            values = [float(one.values[at]) for one in told]
            errors += [
                MissingCell("measure", f"no value of {concept} for {pack.gazetteer.label(place)} {period}",
                            ways=("name other places or periods",))
                for concept, value in zip(asked.concepts, values, strict=True)
                if np.isnan(value)
            ]  # fmt: skip
            writer.writerow([pack.gazetteer.label(place), period, *map(repr, values)])
    if errors:
        raise Problems("measure", errors)
    return out.getvalue().encode()


def _mixed(told: Sequence[Series]) -> list[XietongError]:
    found: dict[str, dict[str, str]] = {}
    for one in told:
        for family, names in one.benchmarks.items():
            found.setdefault(family, {}).update(names)
    return [MixedBenchmarks("measure", family, names) for family, names in found.items() if len(names) > 1]


def _places(pack: Pack, text: str) -> tuple[str, ...]:
    """Return the codes of a perimeter's members, or of places by code or name.

    Raises:
        UnknownName: when there is no such place or perimeter.
    """
    gazetteer = pack.gazetteer
    if text in gazetteer.perimeters:
        return tuple(gazetteer.perimeters[text].members)
    codes = []
    for one in filter(None, (part.strip() for part in text.replace("，", ",").split(","))):
        found = [one] if one in gazetteer.places else gazetteer.named(one)
        if len(found) != 1:
            known = found or [*gazetteer.perimeters, *gazetteer.places]
            raise UnknownName("measure", "single place" if found else "place or perimeter", one, known)
        codes += found
    if not codes:
        raise UnknownName("measure", "place or perimeter", text, gazetteer.perimeters)
    return tuple(codes)
