"""A made-up chain by a fixed rule, for drawings and measurements; it says nothing about a region."""

from __future__ import annotations

from typing import Any

COLUMNS = ("up", "mid", "down")
STATES = ("none", "one", "place", "several")


def synthetic_chain(count: int) -> dict[str, Any]:
    """Return a figure of ``count`` nodes: most supply one or two of the next, some skip a column, a few lead back."""
    names = [f"n{at}" for at in range(count)]
    column = {name: COLUMNS[min(3 * at // count, 2)] for at, name in enumerate(names)}
    third = max(count // 3, 1)
    edges = []
    for at in range(count):
        ahead = [at + third // 2 + (at * 7) % 11, at + third + (at * 13) % 17]
        if at % 9 == 0:
            ahead.append(at + 2 * third)
        edges += [[names[at], names[to]] for to in ahead if to < count and to != at]
    returns = [[names[-1 - 5 * at], names[at * 3]] for at in range(max(count // 60, 1))]
    nodes = [
        {
            "id": name,
            "column": column[name],
            "label": [f"虚构环节{at}号" + "甲" * (at % 4), f"Made-up segment {at}" + " part" * (at % 3)],
            "text": [f"甲地 {at % 5} 乙地 {at % 3}", f"Here {at % 5} There {at % 3}"],
            "state": STATES[at % 4],
        }
        for at, name in enumerate(names)
    ]
    return {
        "kind": "layered_graph",
        "columns": [{"id": one, "label": [zh, one]} for one, zh in zip(COLUMNS, ("上游", "中游", "下游"), strict=True)],
        "states": [
            {"id": one, "label": [zh, one]} for one, zh in zip(STATES, ("无", "一家", "一地", "多地"), strict=True)
        ],
        "nodes": nodes,
        "edges": edges,
        "returns": returns,
    }
