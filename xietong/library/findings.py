"""Findings: named, shelved results, each with the receipt that says how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xietong.library.labels import Label
from xietong.library.series import Axis, Series

KINDS = ("series", "refusal", "verdict", "table")


@dataclass(frozen=True)
class Input:
    """One input of a finding: a series from the ledger by the rule ``reading``, or another finding.

    ``over`` are the axes that the measure works over: every cell along them stands behind each cell of the result.
    ``select`` are the labels that were taken from another finding, axis by axis, before any relabelling.
    """

    parameter: str
    source: str
    reading: str
    over: tuple[str, ...]
    select: Mapping[str, str | tuple[str, ...]]
    series: Series

    @property
    def finding(self) -> str:
        """Return the id of the finding that was used, or nothing for an input from the ledger."""
        return self.source.removeprefix("finding:") if self.source.startswith("finding:") else ""


@dataclass(frozen=True)
class Receipt:
    """How a finding was made: the measure, the hash of its text, the choices, the inputs, and what they rest on."""

    measure: str
    label: Label
    code: str
    reference: str
    tested: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    key: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A result of kind ``series``, ``refusal``, ``verdict`` or ``table``; all but the first speak by ``payload``."""

    id: str
    kind: str
    label: Label
    digits: int
    note: Label
    receipt: Receipt
    series: Series | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the finding as canonical JSON: the same finding gives the same text."""
        receipt = self.receipt
        body = {
            "id": self.id,
            "kind": self.kind,
            "label": [self.label.zh, self.label.en],
            "digits": self.digits,
            "note": [self.note.zh, self.note.en],
            "series": None if self.series is None else _series_data(self.series),
            "payload": self.payload,
            "receipt": {
                "measure": receipt.measure,
                "label": [receipt.label.zh, receipt.label.en],
                "code": receipt.code,
                "reference": receipt.reference,
                "tested": receipt.tested,
                "choices": receipt.choices,
                "key": receipt.key,
                "reasons": receipt.reasons,
                "inputs": [
                    {
                        "parameter": one.parameter,
                        "source": one.source,
                        "reading": one.reading,
                        "over": one.over,
                        "select": one.select,
                        "series": _series_data(one.series),
                    }
                    for one in receipt.inputs
                ],
            },
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Finding:
        """Return the finding that ``to_json`` wrote."""
        body = json.loads(text)
        told = body["receipt"]
        inputs = tuple(_input(one) for one in told.pop("inputs"))
        told["label"], told["reasons"] = Label(*told["label"]), tuple(told["reasons"])
        series = None if body["series"] is None else _series(body["series"])
        label, note, receipt = Label(*body["label"]), Label(*body["note"]), Receipt(inputs=inputs, **told)
        return cls(body["id"], body["kind"], label, body["digits"], note, receipt, series, body["payload"])

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _input(data: Mapping[str, Any]) -> Input:
    select = {axis: taken if isinstance(taken, str) else tuple(taken) for axis, taken in data["select"].items()}
    source, reading = data["source"], data["reading"]
    return Input(data["parameter"], source, reading, tuple(data["over"]), select, _series(data["series"]))


def _series_data(series: Series) -> dict[str, Any]:
    flat = [None if np.isnan(value) else float(value) for value in series.values.ravel()]
    return {
        "name": series.name,
        "unit": series.unit,
        "axes": [[axis.name, list(axis.labels)] for axis in series.axes],
        "values": flat,
        "flags": series.flags.ravel().tolist(),
        "grades": series.grades.ravel().tolist(),
        "rows": series.rows.ravel().tolist(),
        "benchmarks": {family: dict(names) for family, names in series.benchmarks.items()},
    }


def _series(data: Mapping[str, Any]) -> Series:
    axes = tuple(Axis(name, tuple(labels)) for name, labels in data["axes"])
    shape = tuple(len(axis.labels) for axis in axes)
    values = np.array([np.nan if value is None else value for value in data["values"]], dtype=float).reshape(shape)
    return Series(
        data["name"], data["unit"], axes, values,
        np.array(data["flags"], dtype=np.uint8).reshape(shape), np.array(data["grades"], dtype=np.uint8).reshape(shape),
        np.array(data["rows"], dtype=np.int64).reshape(shape), data["benchmarks"],
    )  # fmt: skip
