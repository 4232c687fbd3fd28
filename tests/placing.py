"""Cases of the plans that place, on the real study: what they read from the ledger comes from its edition."""

from __future__ import annotations

from conftest import ROOT

from xietong.library.store import Edition
from xietong.plans.kinds import KINDS, case
from xietong.plans.plan import Case, Outcome
from xietong.recipes.jobs import Shelf
from xietong.recipes.study import read_study


def real_case(edition: Edition, name: str, **levers: float) -> Case:
    """Return a plan of the real study, some levers moved."""
    study = read_study(ROOT / "studies" / "jingjinji")
    found = {one: edition.finding(one) for one in ("services.people", "plans.rural")}
    document = next(one for one in study.documents("plans") if name in one.table("plan"))
    return case(document, name, Shelf(study, None, found)).moved(levers)


def solved(one: Case) -> Outcome:
    """Return the outcome of a case."""
    return KINDS[one.spec["kind"]].solve(one)
