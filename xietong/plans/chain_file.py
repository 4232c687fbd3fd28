"""A chain out of two files beside a plan: its segments, which are gaps, what closing them costs, and its links."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case

NODES, LINKS = ("node", "gap", "cost"), ("from", "to", "kind")
KINDS = ("supply", "recycling")
_YES = {"1": True, "0": False}
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Chain:
    """Segments by name, which are gaps, cost of closing, worth, and which lie downstream of which along supply."""

    names: tuple[str, ...]
    gap: Truths
    cost: Floats
    worth: Floats
    links: tuple[tuple[int, int], ...]
    downstream: Truths

    def walk(self, start: int) -> set[int]:
        """Return the segments downstream of one, by walking the links; a circle is walked once."""
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for tail, head in self.links:
                if tail == here and head not in seen:
                    seen.add(head)
                    waiting.append(head)
        return seen - {start}


def chain_of(nodes: Mapping[str, tuple[bool, float, float]], links: list[tuple[str, str]]) -> Chain:
    """Return a chain of segments (gap, cost, worth) and supply links."""
    names = tuple(nodes)
    at = {name: index for index, name in enumerate(names)}
    pairs = tuple((at[tail], at[head]) for tail, head in links)
    reach = np.zeros((len(names), len(names)), bool)
    for tail, head in pairs:
        reach[tail, head] = True
    for middle in range(len(names)):
        reach |= reach[:, [middle]] & reach[[middle]]
    np.fill_diagonal(reach, False)
    gap = np.array([one[0] for one in nodes.values()], bool)
    cost, worth = (np.array([one[column] for one in nodes.values()], float) for column in (1, 2))
    return Chain(names, gap, cost, worth, pairs, reach)


def read_chain(case: Case) -> Chain:
    """Read the files ``nodes`` (node, gap, cost, and where known worth) and ``links`` (from, to, kind) of a plan.

    Raises:
        Problems: with every line that cannot be read.
    """
    errors: list[XietongError] = []
    nodes: dict[str, tuple[bool, float, float]] = {}
    for where, row in _rows(case, "nodes", NODES, errors):
        told = list(_node_problems(row, where, nodes))
        errors += told
        if not told:
            cost, worth = float(row["cost"] or 0), float(row.get("worth") or 1)
            nodes[row["node"]] = (_YES[row["gap"]], cost, worth)
    links = []
    for where, row in _rows(case, "links", LINKS, errors):
        told = [
            UnknownName("links", "node", row[end], nodes, where=where) for end in LINKS[:2] if row[end] not in nodes
        ]
        if row["kind"] not in KINDS:
            told.append(UnknownName("links", "kind of link", row["kind"], KINDS, where=where))
        errors += told
        if not told and row["kind"] == "supply":
            links.append((row["from"], row["to"]))
    if not errors and not any(gap for gap, *_ in nodes.values()):
        errors.append(PackError("nodes", "no segment is a gap", where=_shown(case, "nodes"), ways=("gap = 1",)))
    if errors:
        raise Problems(f"plan {case.name}", errors)
    return chain_of(nodes, links)


def _shown(case: Case, key: str) -> str:
    return f"{case.document.shown.rpartition('/')[0]}/{case.spec[key]}"


def _rows(
    case: Case, key: str, columns: tuple[str, ...], errors: list[XietongError]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the rows of a file with their lines; a column that is missing goes to ``errors``."""
    shown = _shown(case, key)
    with (case.document.path.parent / str(case.spec[key])).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if absent := [one for one in columns if one not in (reader.fieldnames or ())]:
            errors.append(PackError(key, f"the column {', '.join(absent)} is missing", where=f"{shown}:1"))
            return
        for row in reader:
            yield f"{shown}:{reader.line_num}", {name: row[name] or "" for name in row if name}


def _node_problems(row: Mapping[str, str], where: str, nodes: Mapping[str, object]) -> Iterator[XietongError]:
    if not row["node"]:
        yield PackError("nodes", "the segment has no name", where=where)
    if row["node"] in nodes:
        yield PackError("nodes", f"'{row['node']}' stands twice", where=where)
    if row["gap"] not in _YES:
        yield PackError("nodes", f"gap must be 1 or 0, not '{row['gap']}'", where=where)
    for key in ("cost", "worth"):
        told = row.get(key, "")
        if told and not _amount(told):
            yield PackError("nodes", f"{key} must be a number of 0 or more, not '{told}'", where=where)
    if row["gap"] == "1" and not row["cost"]:
        yield PackError(
            "nodes", f"the gap '{row['node']}' has no cost", where=where, ways=("state what closing it takes",)
        )


def _amount(text: str) -> bool:
    whole, _, part = text.partition(".")
    return whole.isdigit() and (part.isdigit() or not part)
