"""One entity under two keys: the same hospital under its old and its new name, or twice under one.

Counts are too high and joins split the entity. Candidates are entries of one table and one city with the same name after
brackets, blanks and widths are taken away; with a name that stands in the brackets of the other; or with one address
and point and names that share most of their signs. A person decides; nothing is merged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.labels import Label
from xietong.library.sheets import Items
from xietong.library.spelling import BRACKET, CAMPUS, plain

ALIKE = 0.6
SHORT = 4
"""What stands in brackets and is no longer than this is a remark and no name."""


@detector("同一实体两个键 | One entity under two keys")
def same_entity(case: Case) -> Iterator[Suspicion]:
    """Entries of one table that seem to be the same thing."""
    for items in case.sheets.items():
        if items.role("entity") == ("",) * len(items):
            found = _pairs(items)
            for kind in ("name", "alias", "address"):
                pairs = [pair for pair, why in found.items() if why == kind]
                if pairs:
                    yield _suspicion(items, pairs, kind)


def _city(items: Items, row: int) -> str:
    return items.role("city")[row] or items.role("province")[row]


def _pairs(items: Items) -> dict[tuple[int, int], str]:
    """Return candidate pairs with the kind of reason, the strongest first."""
    names = [plain(text if CAMPUS.search(text) else BRACKET.sub("", text)) for text in items.role("name")]
    found: dict[tuple[int, int], str] = {}
    for pair in _together(names):
        if _city(items, pair[0]) == _city(items, pair[1]):
            found[pair] = "name"
    at = {name: row for row, name in enumerate(names)}
    for row, text in enumerate(items.role("name")):
        for alias in (plain(one) for one in BRACKET.findall(text) if len(one) > SHORT):
            if at.get(alias, row) != row:
                found.setdefault((min(row, at[alias]), max(row, at[alias])), "alias")
    points = zip(items.role("address"), items.role("lon"), items.role("lat"), strict=True)
    for a, b in _together(["|".join(point) if all(point) else "" for point in points]):
        if SequenceMatcher(None, names[a], names[b]).ratio() >= ALIKE:
            found.setdefault((a, b), "address")
    return found


def _together(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of rows that read the same, empty ones aside."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        if text:
            rows[text].append(row)
    for same in rows.values():
        yield from combinations(same, 2)


def _suspicion(items: Items, pairs: list[tuple[int, int]], kind: str) -> Suspicion:
    zh, en = {
        "name": ("同名同城", "same name and city"),
        "alias": ("一条是另一条的别名", "one is an alias of the other"),
        "address": ("地址坐标相同、名称相近", "one address and point, names alike"),
    }[kind]
    named = [
        items.role("name")[a] if kind == "name" else f"{items.role('name')[a]}＝{items.role('name')[b]}"
        for a, b in pairs
    ]
    what = Label(
        f"{items.name}：{len(pairs)} 对疑为同一实体（{zh}）：{listed(named)}",
        f"{items.name}: {len(pairs)} pairs seem to be one entity ({en}): {listed(named)}",
    )
    rows = [row for pair in pairs for row in pair][:12]
    evidence = tuple(
        Evidence(items.where(row), f"{items.role('name')[row]} {items.role('address')[row]}".strip()) for row in rows
    )
    confidence = {"name": 0.9, "alias": 0.75, "address": 0.7}[kind]
    return Suspicion("same-entity", confidence, (Cells(items.name, indicator=kind),), what, evidence)
