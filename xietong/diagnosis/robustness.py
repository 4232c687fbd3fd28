"""Findings of the facet indices: values with intervals, changes, ranks, sensitivity, what turns a conclusion."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xietong.diagnosis import indices
from xietong.diagnosis.indices import FACETS, Entry, read_indices
from xietong.errors import Problems, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.recipes.indices import (
    CHANGES,
    FACTORS,
    RANKS,
    UNIT,
    VALUES,
    Option,
    Recipe,
    Scores,
    as_series,
    code,
    receipt,
    robust,
    scores,
)
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

Made = Mapping[str, str]
_SERIES = {
    "": ("index_values", VALUES, UNIT, 1, Label("", "")),
    ".change": ("index_changes", CHANGES, UNIT, 1, Label("，首末年之变化", ", change from the first year to the last")),
    ".agreement": (
        "index_changes",
        (),
        "1",
        2,
        Label("，变化与所印同向的比例", ", share of draws that move the same way"),
    ),
    ".ranks": ("index_ranks", RANKS, "1", 0, Label("，名次", ", ranks")),
}
_TABLES = {
    "facets": Label("五个方面的指数与指标", "The indices of the five facets and their indicators"),
    "sensitivity": Label("指数对各项选择的敏感性", "Sensitivity of the indices to each choice"),
    "turning": Label("哪一项选择会改变结论", "Which single choice would change a conclusion"),
}
_TURNED = 1e-9


def index_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the jobs of the indices of ``index.toml``; problems go to ``errors``."""
    document, entries = read_indices(study, errors)
    if document is None or not entries:
        return []
    with_data = [(one, one.recipe) for one in entries if one.recipe]
    jobs = [_series_job(document, one, recipe, kind) for one, recipe in with_data for kind in _kinds(recipe)]
    makers: Mapping[str, Callable[[Document, Sequence[Entry], Shelf], dict[str, Any]]] = {
        "facets": _facets, "sensitivity": _sensitivity, "turning": _turning,
    }  # fmt: skip
    return jobs + [_table_job(document, entries, name, make) for name, make in makers.items()]


def _kinds(recipe: Recipe) -> list[str]:
    return [kind for kind in _SERIES if kind != ".ranks" or len(recipe.places) > 1]


def _parts(document: Document, *specs: object) -> dict[str, str]:
    texts = (inspect.getsource(sys.modules[__name__]), inspect.getsource(indices))
    told = repr((document.data["choices"], *specs))
    return {**code(), "the indices": digest(*texts), f"the indices at {document.shown}": digest(told)}


def _series_job(document: Document, entry: Entry, recipe: Recipe, kind: str) -> Job:
    measure, parts, unit, digits, more = _SERIES[kind]
    name = f"{entry.id}{kind}"

    def run(shelf: Shelf, key: str, made_of: Made) -> Finding:
        found = scores(recipe, shelf)
        label = Label(entry.label.zh + more.zh, entry.label.en + more.en)
        series = as_series(found, name, measure, parts, unit)
        return Finding(name, "series", label, digits, entry.note, receipt(found, measure, key, made_of), series)

    needs = (entry.id,) if kind else recipe.needs
    return Job(name, entry.where, needs, lambda shelf: _parts(document, entry.spec), run)


def _table_job(
    document: Document, entries: Sequence[Entry], name: str,
    make: Callable[[Document, Sequence[Entry], Shelf], dict[str, Any]],
) -> Job:  # fmt: skip
    needs = tuple(one.id for one in entries if one.recipe)

    def run(shelf: Shelf, key: str, made_of: Made) -> Finding:
        told = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        text = digest(inspect.getsource(sys.modules[__name__]))
        made = Receipt("diagnosis.robustness", _TABLES[name], text, "", "by hand", key=key, reasons=told)
        note = Label.parse(str(document.data.get("note", "")))
        return Finding(f"index.{name}", "table", _TABLES[name], 2, note, made, None, make(document, entries, shelf))

    parts = document.data["indices"]
    return Job(
        f"index.{name}", document.where("indices"), needs,
        lambda shelf: _parts(document, parts), run,
    )  # fmt: skip


def _all(entries: Sequence[Entry], shelf: Shelf) -> list[tuple[Entry, Scores]]:
    """Return the scores of every index that has data.

    Raises:
        Problems: with what is wrong with any of them.
    """
    found, errors = [], []
    for one in entries:
        try:
            found += [(one, scores(one.recipe, shelf))] if one.recipe else []
        except XietongError as error:
            errors.append(error)
    if errors:
        raise Problems("indices", errors)
    return found


def _pair(label: Label) -> list[str]:
    return [label.zh, label.en]


def _facets(document: Document, entries: Sequence[Entry], shelf: Shelf) -> dict[str, Any]:
    """Say of every index how many of its indicators have data, and of every indicator its goalposts and why."""
    found = {one.id: scored for one, scored in _all(entries, shelf)}
    rows, indicators = [], []
    for one in entries:
        told = one.spec["indicators"]
        row: dict[str, Any] = {
            "index": one.id, "facet": one.facet, "label": _pair(one.label), "indicators": len(told),
            "with_data": sum("evidence" in spec for spec in told.values()), "state": "no data",
        }  # fmt: skip
        if one.id in found and one.recipe:
            counts = found[one.id].present
            row |= {"state": "measured", "finding": one.id, "select": {}, "places": list(one.recipe.places)}
            row |= {"periods": list(one.recipe.periods), "present": counts.tolist()}
            row |= {"complete": found[one.id].complete}
        rows.append(row)
        units = {taken.parameter: taken.series.unit for taken in found[one.id].inputs} if one.id in found else {}
        indicators += [_told(one, name, spec, units.get(name, "1")) for name, spec in told.items()]
    choices = [{"name": name, **spec} for name, spec in document.data["choices"].items()]
    names = {name: _pair(label) for name, label in FACETS.items()}
    return {
        "version": str(document.data["version"]), "facets": names, "choices": choices, "rows": rows,
        "indicators": indicators,
    }  # fmt: skip


def _told(entry: Entry, name: str, spec: Mapping[str, Any], unit: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "index": entry.id, "facet": entry.facet, "id": name, "label": _pair(Label.parse(str(spec["label"]))),
        "direction": str(spec["direction"]),
    }  # fmt: skip
    if "missing" in spec:
        return told | {"missing": _pair(Label.parse(str(spec["missing"])))}
    reason = _pair(Label.parse(str(spec["reason"])))
    posts = {
        "unit": unit,
        "worst": spec["worst"],
        "best": spec["best"],
        "frozen": str(spec["frozen"]),
        "reason": reason,
    }
    return told | posts | {"others": [_pair(Label.parse(str(one["label"]))) for one in spec.get("alternatives", [])]}


def _sensitivity(document: Document, entries: Sequence[Entry], shelf: Shelf) -> dict[str, Any]:
    """Share the variance of every change, and of every ranking, out among the five choices."""
    rows = []
    for one, found in _all(entries, shelf):
        told = {"index": one.id, "facet": one.facet, "label": _pair(one.label)}
        for place, shares in zip(found.recipe.places or ("",), robust(found, "change_sensitivity"), strict=True):
            rows.append(told | {"of": "change", "place": place, "shares": _shares(shares)})
        if len(found.recipe.places) > 1:
            shares = robust(found, "rank_sensitivity")
            rows.append(told | {"of": "ranks", "place": "", "shares": _shares(shares)})
    return {"factors": list(FACTORS), "rows": rows}


def _shares(shares: NDArray[np.float64]) -> dict[str, list[float | None]]:
    plain = [None if np.isnan(value) else float(value) for value in shares]
    return {factor: plain[2 * at : 2 * at + 2] for at, factor in enumerate(FACTORS)}


def _turning(document: Document, entries: Sequence[Entry], shelf: Shelf) -> dict[str, Any]:
    """Say of every conclusion which single choice turns it: the direction of a change, and the order of places."""
    rows: list[dict[str, Any]] = []
    for one, found in _all(entries, shelf):
        values, places = robust(found, "single_choices"), found.recipe.places
        agree = robust(found, "index_changes")
        told = {"index": one.id, "facet": one.facet, "label": _pair(one.label), "options": len(found.options)}
        ends = {"from": found.recipe.periods[0], "to": found.recipe.periods[-1]}
        for at, place in enumerate(places or ("",)):
            moved = _moved(values[:, at])
            turned = [option for option, now in zip(found.options, moved[1:], strict=True) if now not in ("", moved[0])]
            share = {"agree": None if np.isnan(agree[at, 3]) else float(agree[at, 3])}
            row = {"of": "change", "place": place, "conclusion": moved[0], "turned": _named(turned)}
            rows.append(told | ends | share | row)
        if len(places) > 1:
            orders = [_order(places, last) for last in values[..., -1]]
            turned = [option for option, now in zip(found.options, orders[1:], strict=True) if now != orders[0]]
            row = {"of": "order", "place": "", "conclusion": "order", "order": orders[0], "turned": _named(turned)}
            rows.append(told | {"to": ends["to"]} | row)
    return {"rows": rows}


def _named(options: Sequence[Option]) -> list[dict[str, Any]]:
    return [{"factor": one.factor, "label": _pair(one.label)} for one in options]


def _moved(values: NDArray[np.float64]) -> list[str]:
    """Return rises, falls or stays for every option; nothing where it leaves no value."""
    change = values[:, -1] - values[:, 0]
    words = np.where(np.abs(change) <= _TURNED, "stays", np.where(change > 0, "rises", "falls"))
    return ["" if np.isnan(one) else str(word) for one, word in zip(change, words, strict=True)]


def _order(places: Sequence[str], values: NDArray[np.float64]) -> list[str]:
    """Return places from the highest to the lowest; those without a value are left out."""
    known = [at for at in range(len(places)) if not np.isnan(values[at])]
    return [places[at] for at in sorted(known, key=lambda at: (-float(values[at]), at))]
