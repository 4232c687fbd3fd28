"""Truncated flows: lists of the largest partners only, so that a flow that is not listed is unknown and not zero.

Each city lists its ten largest partners; a pair stands in one city's list and not in the other's. Recognised when a table has
two views of the flows and many pairs stand in one of them only, or when the lists of nearly all places end at one length.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.sheets import Flows

ONE_SIDED = 0.1
CAPPED = 0.6
LONG = 5


@detector("流向被截断 | Truncated flows")
def truncated_flow(case: Case) -> Iterator[Suspicion]:
    """Pairs that stand in one view of the flows only, or lists that all end at the same length."""
    for flows in case.sheets.flows():
        views: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
        keys = zip(flows.role("from"), flows.role("to"), flows.role("mode"), strict=True)
        for row, (key, view) in enumerate(zip(keys, flows.role("direction"), strict=True)):
            views[key].setdefault(view, row)
        if len(set(flows.role("direction"))) == 2:
            yield from _one_sided(flows, views)
        else:
            yield from _capped(flows)


def _one_sided(flows: Flows, views: dict[tuple[str, str, str], dict[str, int]]) -> Iterator[Suspicion]:
    both, single = [v for v in views.values() if len(v) == 2], [v for v in views.values() if len(v) == 1]
    if len(single) > ONE_SIDED * len(views):
        what = Label(
            f"{flows.name}：{len(single)}/{len(views)} 个流向只见于一侧名单，名单只列前几位，缺的不是零",
            f"{flows.name}: {len(single)} of {len(views)} flows stand in one list only; the lists are cut off and what is not there is not zero",
        )
        evidence = tuple(_told(flows, row) for view in single[:8] for row in view.values())
        yield Suspicion("truncated-flow", 0.88, (Cells(flows.name, "direction"),), what, evidence)
    if both:
        same = [v for v in both if len({flows.value[row] for row in v.values()}) == 1]
        what = Label(
            f"{flows.name}：{len(both)} 个流向在两侧名单各列一次（{len(same)} 个数值相同），直接相加会重复计算",
            f"{flows.name}: {len(both)} flows stand in both lists ({len(same)} with one value); adding all rows counts them twice",
        )
        evidence = tuple(_told(flows, row) for view in both[:5] for row in view.values())
        yield Suspicion("truncated-flow", 0.8, (Cells(flows.name, "twice"),), what, evidence)


def _capped(flows: Flows) -> Iterator[Suspicion]:
    count = Counter(zip(flows.role("from"), flows.role("mode"), strict=True))
    places = {*flows.role("from"), *flows.role("to")}
    longest = max(count.values(), default=0)
    capped = sum(one == longest for one in count.values())
    if longest >= LONG and longest < len(places) - 1 and len(count) >= LONG and capped >= CAPPED * len(count):
        what = Label(
            f"{flows.name}：多数起点恰好列 {longest} 个去向，疑为只列前 {longest} 位",
            f"{flows.name}: most places list exactly {longest} partners: only the largest {longest} were kept",
        )
        yield Suspicion("truncated-flow", 0.75, (Cells(flows.name, "length"),), what, (_told(flows, 0),))


def _told(flows: Flows, row: int) -> Evidence:
    told = (flows.role(name)[row] for name in ("from", "to", "mode", "direction", "value"))
    return Evidence(flows.where(row), " ".join(filter(None, told)))
