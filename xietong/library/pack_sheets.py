"""A pack seen as sheets: what the detectors look at when no file of strangers is checked but our own tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xietong.library.collector import at_rest
from xietong.library.concepts import Concept
from xietong.library.names import Names
from xietong.library.pack import Pack
from xietong.library.sheets import Figures, Flows, Meaning, Sheet, Sheets
from xietong.library.tables import Observation, Table


@at_rest()
def pack_sheets(pack: Pack) -> Sheets:
    """Return the figures and flows of every table, values in the unit of the concept, the publication as source."""
    sheets: list[Sheet] = []
    for table in pack.tables:
        figures = [one for one in table.observations if not one.to]
        flows = [one for one in table.observations if one.to]
        if figures:
            sheets.append(_figures(pack, table, figures))
        if flows:
            sheets.append(_flows(table, flows))
    return Sheets(tuple(sheets))


def _lines(observations: Sequence[Observation]) -> np.ndarray:
    return np.array([int(one.where.rpartition(":")[2]) for one in observations], dtype=np.int64)


def indicator(concept: str, benchmark: str) -> str:
    """Return the name of an indicator: values on two benchmarks are two series and no two values of one."""
    return f"{concept} [{benchmark}]" if benchmark else concept


def _on(concept: Concept, benchmark: str) -> Concept:
    """Return a concept as it stands on a benchmark, with its parts and its ratio on the same."""
    parts, ratio = (tuple(indicator(one, benchmark) for one in told) for told in (concept.parts, concept.ratio))
    return replace(concept, id=indicator(concept.id, benchmark), parts=parts, ratio=ratio)


def _figures(pack: Pack, table: Table, observations: Sequence[Observation]) -> Figures:
    gazetteer = pack.gazetteer
    names = {code: place.label.zh for code, place in gazetteer.places.items()}
    told = dict.fromkeys((one.concept, one.benchmark) for one in observations)
    return Figures(
        f"{table.name}.csv",
        place=Names.of(names.get(one.place, gazetteer.label(one.place)) for one in observations),
        code=Names.of(one.place for one in observations),
        indicator=Names.of(indicator(one.concept, one.benchmark) for one in observations),
        period=Names.of(one.period for one in observations),
        unit=Names.of(pack.concepts[one.concept].unit for one in observations),
        source=Names.of(one.origin for one in observations),
        text=[one.text for one in observations],
        value=np.array([one.value for one in observations]),
        line=_lines(observations),
        meanings={indicator(*key): Meaning(_on(pack.concepts[key[0]], key[1])) for key in told},
    )


def _flows(table: Table, observations: Sequence[Observation]) -> Flows:
    roles = {
        "from": tuple(one.place for one in observations),
        "to": tuple(one.to for one in observations),
        "value": tuple(one.text for one in observations),
        "period": tuple(one.period for one in observations),
        "mode": tuple(one.concept for one in observations),
        "source": tuple(one.origin for one in observations),
    }
    values = np.array([one.value for one in observations])
    return Flows(f"{table.name}.csv", roles, {}, _lines(observations), value=values)
