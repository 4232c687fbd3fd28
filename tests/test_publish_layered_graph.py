"""Layered graphs: nothing overlaps at 300 nodes, edges run around boxes, loops and wrong input, the same bytes twice.

The graph of 300 nodes is synthetic.
"""

from __future__ import annotations

import json
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_chains import COLUMNS, synthetic_chain

from xietong.errors import PublishError
from xietong.publish import layered_layout
from xietong.publish.engine import figure_engine
from xietong.publish.fonts import missing_characters, widths
from xietong.publish.layered_graph import LOOKS, PAD, Box, layered_graph, picture, wrapped
from xietong.publish.layered_layout import heights, layout
from xietong.publish.style import SMALL, lightness


def meet(a: Box, b: Box) -> bool:
    return a.x < b.x + b.wide and b.x < a.x + a.wide and a.y < b.y + b.tall and b.y < a.y + a.tall


def real_breadth(line: str) -> float:
    return sum(widths().get(symbol, 1.0) for symbol in line) * SMALL


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_label_meets_another_at_300_nodes(language) -> None:
    shown = picture(synthetic_chain(300), language)
    assert len(shown.boxes) == 300
    assert sum(meet(a, b) for a, b in combinations(shown.boxes, 2)) == 0
    too_wide = [line for box in shown.boxes for line in box.lines if real_breadth(line) > box.wide - PAD]
    assert too_wide == []
    assert all(
        box.x >= 0 and box.x + box.wide <= shown.width and box.y + box.tall <= shown.height for box in shown.boxes
    )


def test_no_edge_runs_through_a_box_at_300_nodes() -> None:
    shown = picture(synthetic_chain(300), "zh")
    struck = 0
    for path in shown.paths:
        for (x1, y1), (x2, y2) in pairwise(path):
            for box in shown.boxes if y1 == y2 else ():
                struck += x1 < box.x + box.wide - 1 and box.x + 1 < x2 and box.y < y1 < box.y + box.tall
        bends = [(a, b) for (a, _), (b, _) in list(pairwise(path))[::2]]
        struck += sum(a < box.x + box.wide - 1 and box.x + 1 < b for a, b in bends for box in shown.boxes)
    assert struck == 0


def test_columns_hold_their_nodes_and_edges_run_to_the_right_unless_turned() -> None:
    figure = synthetic_chain(120)
    shown = picture(figure, "en")
    column = {node["id"]: node["column"] for node in figure["nodes"]}
    for box in shown.boxes:
        start, end = shown.spans[column[box.name]]
        assert start <= box.x <= box.x + box.wide <= end + 1e-9
    assert [start for start, _ in shown.spans.values()] == sorted(start for start, _ in shown.spans.values())
    assert all(a[0] < b[0] for path in shown.paths for a, b in pairwise(path))
    assert sum(shown.dashed) == len(figure["returns"])


def test_order_leaves_far_fewer_crossings_than_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = picture(synthetic_chain(300), "zh").crossings
    monkeypatch.setattr(layered_layout, "SWEEPS", 0)
    assert swept < picture(synthetic_chain(300), "zh").crossings / 4


def test_a_crossing_that_can_be_avoided_is() -> None:
    found = layout(["a", "b"], {"1": "a", "2": "a", "3": "b", "4": "b"}, [("1", "4"), ("2", "3")])
    assert found.crossings == 0
    assert (
        layout(
            ["a", "b"], {"1": "a", "2": "a", "3": "b", "4": "b"}, [("1", "3"), ("1", "4"), ("2", "3"), ("2", "4")]
        ).crossings
        == 1
    )


def test_a_loop_is_turned_and_a_long_edge_has_a_waypoint_in_every_layer_between() -> None:
    nodes = dict.fromkeys(["a", "b", "c"], "mid")
    found = layout(["mid"], nodes, [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")])
    assert [row[0] for row in found.layers] == ["a", "b", "c"]
    told = {(one.low, one.high, one.turned): len(one.waypoints) for one in found.edges}
    assert told == {("a", "b", False): 0, ("b", "c", False): 0, ("a", "c", True): 1, ("a", "c", False): 1}


graphs = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30)


@settings(max_examples=150, deadline=None)
@given(pairs=graphs, split=st.tuples(st.integers(0, 12), st.integers(0, 12)))
def test_any_graph_has_a_layout_that_keeps_its_promises(pairs: list[tuple[int, int]], split: tuple[int, int]) -> None:
    first, second = sorted(split)
    nodes = {f"n{at}": COLUMNS[(at >= first) + (at >= second)] for at in range(12)}
    edges = [(f"n{a}", f"n{b}") for a, b in pairs if a != b]
    found = layout(COLUMNS, nodes, edges)
    layer = {name: at for at, row in enumerate(found.layers) for name in row}
    assert set(nodes) <= set(layer)
    assert {(b, a) if turned else (a, b) for a, b, turned in ((e.low, e.high, e.turned) for e in found.edges)} == set(
        edges
    )
    for one in found.edges:
        path = [layer[name] for name in (one.low, *one.waypoints, one.high)]
        assert path == list(range(path[0], path[-1] + 1))
    assert all(found.column[layer[name]] == column for name, column in nodes.items())
    tall = dict.fromkeys(nodes, 30.0)
    middle = heights(found, tall, 5.0)
    for row in found.layers:
        for a, b in pairwise(row):
            assert middle[b] - middle[a] >= (tall.get(a, 0) + tall.get(b, 0)) / 2 + 5.0 - 1e-6
    assert layout(COLUMNS, nodes, edges) == found


def test_the_same_figure_gives_the_same_bytes_with_every_label_in_it() -> None:
    figure = synthetic_chain(24)
    drawing = layered_graph(figure, "en")
    assert json.dumps(drawing.option) == json.dumps(layered_graph(json.loads(json.dumps(figure)), "en").option)
    engine = figure_engine()
    svg = engine.svg(drawing.option, drawing.width, drawing.height)
    assert svg == engine.svg(drawing.option, drawing.width, drawing.height)
    for box in picture(figure, "en").boxes:
        assert all(line in svg for line in box.lines)
    assert "step back" in svg
    assert engine.png(svg, 1.0)[:4] == b"\x89PNG"


def test_states_differ_without_colour() -> None:
    grounds = [lightness(look.ground) for look in LOOKS]
    assert all(a - b > 5 for a, b in pairwise(grounds))
    assert len({look.mark for look in LOOKS}) == len(LOOKS)
    assert missing_characters("".join(look.mark for look in LOOKS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "功能部件（主轴、丝杠、导轨、轴承）与其他很长的名字",
        "Platforms of the industrial internet and all of the rest",
        "Unbreakablewordthatisverylongindeedandgoesonandon",
    ],
)
def test_breaking_a_label_loses_nothing(text: str) -> None:
    lines = list(wrapped(text))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith(("、", "）")) for line in lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"edges": [["n0", "lost"]]}, "edges lead to lost, which are no nodes"),
        ({"returns": [["gone", "n1"]]}, "edges lead to gone"),
        ({"columns": [{"id": "up", "label": ["上", "up"]}]}, "the columns down, mid do not exist"),
        ({"states": [{"id": str(at), "label": ["甲", "a"]} for at in range(5)]}, "5 states"),
    ],
)
def test_wrong_figures_are_refused(change, said: str) -> None:
    with pytest.raises(PublishError, match=said):
        layered_graph({**synthetic_chain(9), **change}, "zh")


def test_all_problems_are_told_at_once() -> None:
    figure = synthetic_chain(6)
    figure["nodes"].append({**figure["nodes"][0]})
    figure["edges"].append(["n0", "lost"])
    with pytest.raises(PublishError, match="the nodes n0 stand twice; edges lead to lost"):
        layered_graph(figure, "en")


def test_a_graph_without_edges_or_nodes_is_drawn() -> None:
    figure = {**synthetic_chain(3), "edges": [], "returns": []}
    assert len(picture(figure, "zh").boxes) == 3
    assert layered_graph({**figure, "nodes": []}, "zh").width > 0
