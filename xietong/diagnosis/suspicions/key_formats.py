"""One key in two formats: 000008.SZ in one table and 000008SZ in the other, and a join that finds nothing.

Recognised when the keys of two registers have next to nothing in common as written and much in common once all signs but
letters and digits are taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label

SIGNS = re.compile(r"[^0-9A-Za-z]|\.0$")
ENOUGH = 10
MUCH, LITTLE = 0.3, 0.02


@detector("代码格式不一 | One key in two formats")
def key_formats(case: Case) -> Iterator[Suspicion]:
    """The keys of two tables meet only after their signs are taken away."""
    keyed = [items for items in case.sheets.items() if any(items.role("key"))]
    for one, other in combinations(keyed, 2):
        first, second = ({key: row for row, key in enumerate(items.role("key")) if key} for items in (one, other))
        bare = [{SIGNS.sub("", key).upper(): key for key in keys} for keys in (first, second)]
        least = min(len(first), len(second))
        shared = sorted(set(bare[0]) & set(bare[1]))
        if least >= ENOUGH and len(shared) > MUCH * least and len(set(first) & set(second)) <= LITTLE * least:
            pair = bare[0][shared[0]], bare[1][shared[0]]
            what = Label(
                f"{one.name} 与 {other.name}：同一代码两种写法（{pair[0]} / {pair[1]}），{len(shared)} 个代码去掉符号后才能对上",
                f"{one.name} and {other.name}: one key in two formats ({pair[0]} / {pair[1]}); {len(shared)} keys meet only without signs",
            )
            evidence = (Evidence(one.where(first[pair[0]]), pair[0]), Evidence(other.where(second[pair[1]]), pair[1]))
            yield Suspicion("key-formats", 0.95, (Cells(one.name, "key"), Cells(other.name, "key")), what, evidence)
