r"""Universities: announced moves stand, and further campuses go to receiving places with room, by the shortest way.

.. math::

    \min_x \sum_{uj} d_{uj} x_{uj} \quad \text{s.t.} \quad \sum_j x_{uj} \le 1, \quad
    \sum_u x_{uj} \le c - a_j, \quad \sum_{uj} x_{uj} = m, \quad x \ge 0

Sets: universities *u* that may still move, receiving places *j*.  Data: :math:`d_{uj}`, kilometres between the old
site and the receiving place; :math:`a_j`, announced moves.  Levers: :math:`c`, campuses that a place takes;
:math:`m`, further campuses; the detour.  Variables: :math:`x_{uj}`, *u* moves a campus to *j*; whole by itself, as in
every transport. Nothing here says which university fits: only announced moves are facts, and size, fields and land
are not known.
"""

from __future__ import annotations

import numpy as np

from xietong.errors import PlanError
from xietong.library.boundaries import label_point
from xietong.library.labels import Label
from xietong.library.pages import Column, Missing, Row, Section
from xietong.library.registers.items import Item
from xietong.plans.blocks import Floats, Model
from xietong.plans.counties import lines_of, point_of, says
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.solving import solve
from xietong.recipes.geography import Demand, Point, Supply, pairs_of

KM = Label("公里", "km")
WAITS = Missing(
    Label("各校在校生、校区用地与各地承接容量", "students, land of campuses, and room of receiving places"),
    Label("未见公布；一个校区算一个，容量为假定", "not published; a campus counts as one and the room is assumed"),
)


def university_places(case: Case) -> Outcome:
    """Return where further campuses go beside the announced ones, and what more room in a place would save.

    Raises:
        PlanError: when more campuses are to move than there are universities or room.
    """
    moves = [one for one in case.register("moves").values() if says(one, case.spec["moves_where"])]
    places = {name: [str(code) for code in codes] for name, codes in case.spec["receiving"].items()}
    taken = np.array([sum(bool(set(one.places) & set(codes)) for one in moves) for codes in places.values()], float)
    free = _free(case, moves)
    km = _kilometres(case, [at for at, _ in free], list(places.values()))
    room = np.maximum(0.0, case["room"] - taken)
    count, width = km.shape
    rows, columns = np.indices(km.shape)
    model = Model(case.name)
    x = model.columns(Label("迁出的校区", "campuses moved"), km.shape, cost=km, high=1.0)
    model.rows(Label("每校至多一处", "each university moves one campus"), count, [(rows, x, 1.0)], high=1.0)
    place = model.rows(
        Label("承接地容量", "room of receiving places"), width, [(columns, x, 1.0)], high=room, names=tuple(places)
    )
    wanted = float(round(case["further"]))
    total = model.rows(
        Label("另迁校区数", "further campuses"), 1, [(np.zeros_like(rows), x, 1.0)], low=wanted, high=wanted
    )
    answer = solve(model, stopped=case.stopped)
    chosen = [(u, j) for u, j in np.argwhere(answer.values[x] > 0.5).tolist()]
    labels = [_label(case, codes) for codes in places.values()]
    bindings = [
        Binding(
            Label(f"{labels[j].zh}多容一个校区", f"room for one more at {labels[j].en}"),
            float(-answer.duals[at]),
            KM,
            "dual",
        )
        for j, at in enumerate(place.tolist())
        if abs(answer.duals[at]) > 1e-9
    ]
    if abs(answer.duals[total[0]]) > 1e-9:
        bindings.append(Binding(Label("再多迁一个校区", "one more campus"), float(answer.duals[total[0]]), KM, "dual"))
    found = float(sum(km[u, j] for u, j in chosen))
    check = Check(Label("总路程", "ways in all"), answer.objective, found, "numpy")
    facts = {"announced": float(len(moves)), "may move": float(len(free)), "room left": float(room.sum())}
    sections = (_announced(moves), _proposed(free, chosen, km, labels), _room(labels, taken, room, chosen))
    points = tuple(
        {"longitude": at[0], "latitude": at[1], "name": item.name, "ref": item.ref, "to": labels[j].zh}
        for u, j in chosen
        for at, item in (free[u],)
    )  # fmt: skip
    label = Label("老校区到承接地的总路程", "ways between old sites and receiving places")
    return Outcome(
        answer.objective, answer.bound, answer.gap, label, KM, "min", sections, tuple(bindings), (check,), points,
        (WAITS,), facts,
    )  # fmt: skip


def _free(case: Case, moves: list[Item]) -> list[tuple[Point, Item]]:
    """Return the universities that may still move: they qualify, have a point, and no move of theirs is announced.

    Raises:
        PlanError: when none is left.
    """
    register, found = case.register("universities"), []
    for item in register.values():
        gone = any(one.name.startswith(item.name) for one in moves)
        if says(item, case.spec["universities_where"]) and not gone and (point := point_of(item, register)):
            found.append((point, item))
    if not found:
        raise PlanError(
            f"plan {case.name}", "no university is left that may move", where=case.where("universities_where")
        )
    return found


def _kilometres(case: Case, points: list[Point], places: list[list[str]]) -> Floats:
    """Return the way from every university to the middle of the points of every receiving place."""
    middles = tuple(tuple(np.mean([label_point(code) for code in codes], axis=0).tolist()) for codes in places)
    names = tuple(map(str, range(len(points))))
    demand = Demand(names, tuple(points), (1.0,) * len(points), ("",) * len(points))
    ends = tuple((float(x), float(y)) for x, y in middles)
    supply = Supply(tuple(map(str, range(len(places)))), ends, (1.0,) * len(places), ("",) * len(places))
    return pairs_of(demand, supply, detour=case["detour"]).costs.reshape(len(points), len(places))


def _label(case: Case, codes: list[str]) -> Label:
    label = case.pack.gazetteer.label
    return Label("、".join(label(one, "zh") for one in codes), ", ".join(label(one, "en") for one in codes))


def _announced(moves: list[Item]) -> Section:
    columns = (
        Column("name", Label("已公布", "Announced")),
        Column("state", Label("状态", "State")),
        Column("date", Label("日期", "Date")),
    )
    rows = []
    for one in sorted(moves, key=lambda item: item.id):
        last = one.history[-1] if one.history else None
        state = one.kind.states[last.state] if last else Label("未见依据", "no evidence")
        rows.append(Row((one.name, state, last.date if last else None), lines_of(one), one.ref))
    return Section("announced", Label("已公布的疏解高校", "Universities announced to move"), (), columns, tuple(rows))


def _proposed(
    free: list[tuple[Point, Item]], chosen: list[tuple[int, int]], km: Floats, labels: list[Label]
) -> Section:
    columns = (
        Column("university", Label("高校", "University")),
        Column("place", Label("承接地", "Receiving place")),
        Column("km", Label("路程", "Way"), KM, 1),
    )
    rows = tuple(
        Row((free[u][1].name, labels[j], float(km[u, j])), lines_of(free[u][1]), free[u][1].ref) for u, j in chosen
    )
    text = Label(
        "只按路程与容量的算例，不是建议名单：学科、规模、意愿与用地均不可知",
        "An example by ways and room alone and no list of advice: fields, size, will and land are not known",
    )
    return Section("proposed", Label("另迁校区的算例", "Further campuses, an example"), (text,), columns, rows)


def _room(labels: list[Label], taken: Floats, room: Floats, chosen: list[tuple[int, int]]) -> Section:
    used = np.bincount([j for _, j in chosen], minlength=len(labels)) if chosen else np.zeros(len(labels))
    columns = (
        Column("place", Label("承接地", "Receiving place")),
        Column("taken", Label("已公布", "Announced")),
        Column("used", Label("算例新增", "Added here")),
        Column("left", Label("尚余容量（假定）", "Room left (assumed)")),
    )
    rows = tuple(
        Row((label, float(taken[j]), float(used[j]), float(room[j] - used[j]))) for j, label in enumerate(labels)
    )
    return Section("room", Label("容量", "Room"), (), columns, rows)


UNIVERSITY_PLACES = Kind(
    university_places,
    Label("高校校区布局", "places of universities"),
    ("further", "room", "detour"),
    ("universities", "universities_where", "moves", "moves_where", "receiving"),
    (),
    ("universities", "moves"),
    (),
    {"tables": ("universities_where", "moves_where", "receiving")},
)
