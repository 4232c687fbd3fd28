"""The page of the plan of landing: what lands where, what a base is worth, every fit with its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section, Source
from xietong.plans.blocks import Floats
from xietong.plans.landing_inputs import PARTS, Offering, Site
from xietong.plans.plan import Case

UNIT, RESULTS = Label("契合分", "points of fit"), Label("项", "results")
_SITE = Column("site", Label("承接地", "Site"))

WAITS = (
    Missing(
        Label("可转化成果的清单", "the list of results on offer"),
        Label(
            "从未公布；按六条链各同样多的成果计，份额有意义，件数没有",
            "never published; every chain has as many results, so that shares mean something and counts do not",
        ),
        (
            Label(
                "以 offers = 文件名.csv 给出（offer、chain、units）",
                "give it as offers = FILE.csv with offer, chain, units",
            ),
            Label("或登记入成果库，以 offer_register 指明", "or contribute it to a register, named by offer_register"),
        ),
    ),
    Missing(
        Label("各承接地的容量", "what each site can take"),
        Label("未见公布；各地同一容量，是杠杆", "not published; one capacity for all, which is a lever"),
        (Label("平台填报可承接数", "platforms state how many they can take"),),
    ),
)


@dataclass(frozen=True)
class Worth:
    """Value of the LP relaxation, dual and price of one more base, and by site the loss without it and of a place.

    ``frontier`` is the best value with 1, 2, … bases.
    """

    relaxation: float
    dual: float
    one_more_base: float
    without: Floats
    place: Floats
    frontier: tuple[float, ...]


def sections(case: Case, inputs: Offering, landed: Floats, worth: Worth) -> tuple[Section, ...]:
    """Return the sections of the page."""
    return (
        _bases(case, inputs, landed, worth), _chains(inputs, landed), _frontier(worth), _fits(inputs, landed),
        _left_out(inputs),
    )  # fmt: skip


def _sources(site: Site) -> tuple[Source, ...]:
    return tuple(Source.of(site.item.kind.origins[row.origin], row.where) for row in site.item.rows)


def _where(case: Case, site: Site) -> Label:
    label = case.pack.gazetteer.label
    zh, en = ([label(one, language) for one in site.places] for language in ("zh", "en"))
    return Label("、".join(zh), ", ".join(en))


def _bases(case: Case, inputs: Offering, landed: Floats, worth: Worth) -> Section:
    """Return the bases that take something, each with its results by offer or, where those are many, by chain."""
    chains = list(dict.fromkeys(one.chain for one in inputs.offers))
    labels = {one.chain: one.name for one in inputs.offers} if not inputs.listed else {}
    columns = (
        _SITE, Column("place", Label("所在地", "Place")),
        *(Column(one, labels.get(one, Label(one, one)), RESULTS) for one in chains),
        Column("total", Label("合计", "All"), RESULTS),
        Column("value", Label("契合", "Fit"), UNIT, 2),
        Column("without", Label("没有它少", "Lost without it"), UNIT, 3),
        Column("place_more", Label("再多一个名额值", "One more place is worth"), UNIT, 3),
    )  # fmt: skip
    of_chain = np.array([chains.index(one.chain) for one in inputs.offers])
    rows = []
    for at in sorted(np.flatnonzero(landed.sum(axis=0) > 0).tolist(), key=lambda one: (-worth.without[one], one)):
        site, by = inputs.sites[at], np.bincount(of_chain, landed[:, at], len(chains))
        cells: tuple[Cell, ...] = (
            site.item.name, _where(case, site), *map(float, by), float(by.sum()),
            float((inputs.fit[:, at] * landed[:, at]).sum()), float(worth.without[at]), float(worth.place[at]),
        )  # fmt: skip
        rows.append(Row(cells, _sources(site), site.item.ref))
    text = Label(
        "“没有它少”是去掉这一处、重新求解后总契合少多少：少得多的，别处替代不了",
        "What is lost without a base is found by leaving it out and solving again: where it is much, no other can "
        "stand in",
    )
    note = Label(
        "契合是可比的分数，不是成交额；行业只到门类，链与门类的对应是本研究的选择；同一市内的承接地只在点名与对口上有别",
        "Fit is a score for comparing and no turnover; industries are broad sections, and which belong to a chain is a "
        "choice of this study; sites of one city differ only by segments and ties",
    )
    return Section("bases", Label("落在哪里", "Where results land"), (text,), columns, tuple(rows), (note,))


def _chains(inputs: Offering, landed: Floats) -> Section:
    columns = (
        Column("offer", Label("成果", "Results")),
        Column("units", Label("可转化", "On offer"), RESULTS),
        Column("landed", Label("落地", "Landed"), RESULTS),
        Column("fit", Label("平均契合", "Mean fit"), UNIT, 3),
        Column("best", Label("最契合的承接地", "Site that fits best")),
        Column("best_fit", Label("其契合", "Its fit"), UNIT, 3),
    )
    rows = []
    for at, one in enumerate(inputs.offers):
        taken, best = float(landed[at].sum()), int(inputs.fit[at].argmax())
        mean = float(inputs.fit[at] @ landed[at]) / taken if taken else None
        cells: tuple[Cell, ...] = (
            one.name, float(one.units), taken, mean, inputs.sites[best].item.name, float(inputs.fit[at, best]),
        )  # fmt: skip
        rows.append(Row(cells))
    text = Label(
        "最契合的地方容量有限，故平均契合低于最高",
        "The site that fits best is soon full, so that the mean lies below it",
    )
    return Section("chains", Label("各链的成果", "Results by chain"), (text,), columns, tuple(rows))


def _frontier(worth: Worth) -> Section:
    columns = (
        Column("bases", Label("基地数", "Bases")),
        Column("value", Label("契合总和", "Sum of the fit"), UNIT, 3),
        Column("more", Label("多这一个", "By this one more"), UNIT, 3),
    )
    before = (0.0, *worth.frontier)
    rows = [Row((float(at), value, value - before[at - 1])) for at, value in enumerate(worth.frontier, 1)]
    text = Label(
        "多保留一个基地多得多少，到不再增加为止", "What each further base adds, up to where nothing more is gained"
    )
    notes = (
        Label(
            f"线性松弛下，再多一个基地的对偶价为 {worth.dual:.4g}；整数解再求一次为 {worth.one_more_base:.4g}",
            f"the dual of one more base is {worth.dual:.4g} in the LP relaxation; solved again it is "
            f"{worth.one_more_base:.4g}",
        ),
    )
    figure = {
        "kind": "frontier", "points": [[at, value] for at, value in enumerate(worth.frontier, 1)],
        "x": ["基地数", "bases"], "y": ["契合总和", "sum of the fit"],
    }  # fmt: skip
    return Section(
        "frontier", Label("要几个基地", "How many bases"), (text,), columns, tuple(rows), notes, figure=figure
    )


def _fits(inputs: Offering, landed: Floats) -> Section:
    columns = (
        Column("offer", Label("成果", "Results")), _SITE,
        *(Column(name, label, digits=3) for name, label in PARTS.items()),
        Column("fit", Label("契合", "Fit"), UNIT, 3),
        Column("landed", Label("落地", "Landed"), RESULTS),
    )  # fmt: skip
    rows = []
    for o, offer in enumerate(inputs.offers):
        for s in np.argsort(-inputs.fit[o], kind="stable").tolist():
            site = inputs.sites[s]
            parts = map(float, inputs.parts[:, o, s])
            rows.append(
                Row(
                    (offer.name, site.item.name, *parts, float(inputs.fit[o, s]), float(landed[o, s])),
                    ref=site.item.ref,
                )
            )
    text = Label(
        "每一对的契合由四部分按权重加成：所在市在该链行业上的专业化（区位商变换到 0 与 1 之间）、"
        "已有的关联行业（不含自身）、"
        "公布的环节是否点名此地、平台是否登记为服务该链",
        "The fit of a pair adds four parts by weight: how specialised the city is in the industries of the chain "
        "(location quotient brought between 0 and 1), how much of what goes with them it has (the industry itself left "
        "out), whether a published segment names the place, and whether the site is registered as serving the chain",
    )
    measures = ("quotients.symmetric_location_quotient", "relatedness.proximity", "relatedness.relatedness_density")
    return Section("fits", Label("逐对契合", "Fit of every pair"), (text,), columns, tuple(rows), measures=measures)


def _left_out(inputs: Offering) -> Section:
    columns = (_SITE, Column("why", Label("原因", "Why")))
    rows = tuple(
        Row((item.name, why), tuple(Source.of(item.kind.origins[row.origin], row.where) for row in item.rows), item.ref)
        for item, why in inputs.left_out
    )
    text = Label("登记中有、本规划没有用上的承接地", "Sites of the registers that this plan could not use")
    return Section("left_out", Label("未计入的承接地", "Sites left out"), (text,), columns, rows)
