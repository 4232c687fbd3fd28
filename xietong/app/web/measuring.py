"""Measures to be tried: on pasted columns, on a file, or on values of the ledger; result, formula, how to repeat it."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app import measure
from xietong.app.ledgers import Asked, KeptLedger
from xietong.app.uploads import put_down
from xietong.app.web.desks import demanded, shown
from xietong.app.web.door import Visitor, address_of
from xietong.app.web.forms import Form, Upload
from xietong.app.web.site import Site, language_of
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.raw import RawTable
from xietong.recipes import notes
from xietong.recipes.columns import measure_table, read_table
from xietong.recipes.measuring import Facts, Measured, all_measures, facts

LARGEST = 2_000_000
"""Bytes of a table."""
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
LEDGER = "ledger.csv"
"""What values of the ledger are called when they are taken away."""
_OWN = ("by", "sheet", "cells", "header")


@dataclass(frozen=True)
class Given:
    """What is measured: the table, the options as typed, and how the table was come by."""

    upload: Upload
    options: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)
    misused: bool = False


def routes(site: Site) -> list[Route]:
    """Return the routes of measures."""
    ledger = KeptLedger(site.pack)

    async def listed(request: Request) -> Response:
        text, language = request.query_params.get("find", "").casefold(), language_of(request)
        families: dict[str, list[tuple[Facts, str]]] = {}
        for known in all_measures().values():
            label = measure.label(known, language)
            if text in f"{known.name} {label} {' '.join(known.also)}".casefold():
                families.setdefault(known.family, []).append((known, label))
        return await shown(site, request, "measures.html", families=families, find=request.query_params.get("find", ""))

    async def one(request: Request) -> Response:
        known, asked = _facts(request), request.query_params
        concepts = {name: text for name in known.parameters if (text := asked.get(f"concept.{name}", "").strip())}
        typed = {key: text for key, text in asked.items() if key != "language"}
        if not concepts:
            return await _page(site, request, known, typed=typed)
        site.door.runs.take(address_of(request))
        choices = {name: text for name in known.choices if (text := asked.get(f"option.{name}", "").strip())}
        family, _, benchmark = asked.get("benchmark", "").partition("=")
        named = {family.strip(): benchmark.strip()} if benchmark else {}
        where, when = (asked.get(key, "").strip() for key in ("places", "periods"))
        what = Asked(tuple(dict.fromkeys(concepts.values())), where, when, named)
        try:
            content = await run_in_threadpool(ledger.table, what)
            several = len({line.split(b",")[1] for line in content.splitlines()[1:]}) > 1
            own = {"by": "period" if several else ""}
            given = Given(Upload(LEDGER, content), {**concepts, **choices}, own, "misused" in asked)
            return await _measured(site, request, known, given, typed=typed)
        except XietongError as error:
            return await _page(site, request, known, typed=typed, problem=error.text())

    async def computed(request: Request) -> Response:
        known = _facts(request)
        form, visitor = await demanded(site, request)
        site.door.runs.take(address_of(request))
        try:
            given = _given(known, form)
            return await _measured(site, request, known, given, typed=dict(form.fields), visitor=visitor)
        except XietongError as error:
            upload = form.files.get("file")
            packed = base64.b64encode(upload.content).decode() if upload else form.text("packed")
            typed = {**form.fields, "packed": packed, "file_name": upload.name if upload else form.text("file_name")}
            return await _page(site, request, known, typed=typed, problem=error.text(), visitor=visitor)

    return [
        Route("/measures", listed),
        Route("/measures/{name}", one),
        Route("/measures/{name}", computed, methods=["POST"]),
    ]


def _facts(request: Request) -> Facts:
    return facts(str(request.path_params["name"]))


def _given(known: Facts, form: Form) -> Given:
    """Return what a form gives to be measured.

    Raises:
        PackError: when it gives no table, or an option names another file.
    """
    upload = form.files.get("file") or (None if form.text("text") else form.carried())
    if upload is None:
        if not form.text("text"):
            raise PackError("measure", "there is no table", ways=("paste columns with a head, or choose a file",))
        upload = Upload("pasted.csv", form.fields["text"].encode())
    names = [*known.parameters, *known.choices, *_axes(known)]
    options = {name: text for name in names if (text := form.text(f"option.{name}"))}
    own = {key: form.text(key) for key in _OWN}
    return Given(upload, options, own, bool(form.text("misused")))


def _axes(known: Facts) -> list[str]:
    axes = dict.fromkeys(axis for names in known.parameters.values() for axis in names)
    return [axis for axis in axes if axis not in known.parameters]


def _compute(known: Facts, given: Given) -> tuple[RawTable, Measured]:
    """Compute a measure; no option leads to a file that was not sent.

    Raises:
        XietongError: with everything that is wrong with the table, the options or the data.
    """
    head = given.own.get("header", "")
    with put_down(given.upload.name, given.upload.content, KINDS, LARGEST) as path:
        rows = int(head) if head.isdecimal() and 0 < int(head) < 20 else 1
        table = read_table(path, given.own.get("sheet", ""), given.own.get("cells", ""), rows)
        if not given.options:
            ways = (f"columns of the table: {', '.join(table.header[:40])}",)
            raise PackError("measure", "no column is named yet", ways=ways)
        for name, text in given.options.items():
            if ":" in text and text not in table.header:
                raise UnknownName(known.name, f"column for {name}", text, table.header)
        told = measure_table(known, path, table, given.options, by=given.own.get("by", ""), misused=given.misused)
        return table, told


async def _measured(
    site: Site, request: Request, known: Facts, given: Given, *, typed: Mapping[str, str],
    visitor: Visitor | None = None,
) -> Response:  # fmt: skip
    table, result = await run_in_threadpool(_compute, known, given)
    by, ours = given.own.get("by", ""), given.upload.name == LEDGER
    told: dict[str, Any] = {
        "result": notes.as_html(result, language_of(request)), "header": table.header, "rows": table.rows[:6],
        "command": measure.command(known.name, given.upload.name, given.options, by),
        "data": base64.b64encode(given.upload.content).decode() if ours else "", "file": given.upload.name,
        "asked": table.header[2:] if ours else (),
        "program": measure.program(known, given.upload.name, table.header, given.options, by),
    }  # fmt: skip
    return await _page(site, request, known, typed=typed, visitor=visitor, **told)


async def _page(
    site: Site, request: Request, known: Facts, *, typed: Mapping[str, str], problem: str = "",
    visitor: Visitor | None = None, **result: Any,
) -> Response:  # fmt: skip
    pack = await run_in_threadpool(site.pack.read)
    told: dict[str, Any] = {
        "known": known, "label": measure.label(known, language_of(request)), "axes": _axes(known), "header": (),
        "described": notes.described(known, language_of(request)), "problem": problem, "concepts": pack.concepts,
        "perimeters": pack.gazetteer.perimeters, "kinds": KINDS, "largest": LARGEST // 10**6, "result": "",
        "typed": defaultdict(str, typed), **result,
    }  # fmt: skip
    status = 422 if problem else 200
    return await shown(site, request, "measure.html", status, visitor=visitor, **told)
