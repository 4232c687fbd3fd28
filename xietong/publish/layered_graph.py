"""A chain as a layered graph: columns from upstream to downstream, a box with its name for every node, no key to learn.

Boxes of one layer are equally wide and edges bend between layers only, so that no edge runs through a box and no label
meets another.  States differ in lightness, frame and mark, and not by hue alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from xietong.errors import PublishError
from xietong.library.labels import Language
from xietong.publish.axes import Option, breadth, label
from xietong.publish.drawing import Drawing
from xietong.publish.layered_layout import Layout, heights, layout
from xietong.publish.style import ACCENT, FAINT, GRID, INK, MUTED, PAPER, RAMP, SIZE, SMALL, WIDTH, lightness

LINE, PAD, GAP, BETWEEN, TOP, EDGE = 16, 7, 9.0, 54.0, 34.0, 10.0
"""Pixels: a line of text, the margin in a box, between items of a layer, between layers, the heads, the border."""
WIDEST, NARROWEST = 150.0, 64.0
"""The widest a line of a label may be before it is broken, and the narrowest box."""


@dataclass(frozen=True)
class Look:
    """How a state is drawn: ground, frame, dash of the frame, and the mark before the name."""

    ground: str
    frame: str
    dash: tuple[int, ...] = ()
    mark: str = ""


LOOKS = (
    Look(PAPER, ACCENT, (4, 3), "○ "),
    Look(RAMP[0], INK, (), "◎ "),
    Look(RAMP[2], INK, (), "◑ "),
    Look(RAMP[5], INK, (), "● "),
)
"""The looks of up to four states, from the emptiest to the fullest."""
STEP_BACK = ("- - 回流：计算牵连时不走", "- - step back: not walked when reach is counted")
KEY = 22.0
"""Pixels from one row of keys to the next."""
PLAIN = Look(PAPER, MUTED)


@dataclass(frozen=True)
class Box:
    """A node as drawn: its lines of text, the look, and the corner, breadth and height of its box."""

    name: str
    lines: tuple[str, ...]
    look: Look
    x: float
    y: float
    wide: float
    tall: float


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn, in pixels: boxes, edges as points, the span of each column, and the size."""

    boxes: tuple[Box, ...]
    paths: tuple[tuple[tuple[float, float], ...], ...]
    dashed: tuple[bool, ...]
    turned: tuple[bool, ...]
    spans: Mapping[str, tuple[float, float]]
    width: float
    height: float
    crossings: int


def layered_graph(figure: Mapping[str, Any], language: Language) -> Drawing:
    """Return the drawing of a figure of this kind.

    ``columns`` and ``states`` are lists of ``id`` and ``label`` (Chinese, English), ``nodes`` have ``id``, ``column``,
    ``label``, and may have ``text`` and ``state``; ``edges`` and ``returns`` are pairs of ids.

    Raises:
        PublishError: when a node stands twice or in no column, an edge leads to no node, or there are too many states.
    """
    shown = picture(figure, language)
    at = 0 if language == "zh" else 1
    heads = {str(one["id"]): str(one["label"][at]) for one in figure["columns"]}
    keys = list(_keys(figure, at, shown))
    elements = [*_bands(shown, heads), *_edges(shown), *_boxes(shown), *keys]
    option: Option = {"graphic": {"elements": elements}}
    deepest = max((float(one["style"]["y"]) for one in keys if one["type"] == "text"), default=shown.height - 14)
    return Drawing(option, int(shown.width), int(deepest) + 14)


def picture(figure: Mapping[str, Any], language: Language) -> Picture:
    """Return where everything stands.

    Raises:
        PublishError: as `layered_graph`.
    """
    _insist(figure)
    at = 0 if language == "zh" else 1
    looks = {str(one["id"]): look for one, look in zip(figure.get("states", ()), LOOKS, strict=False)}
    nodes = {str(one["id"]): one for one in figure["nodes"]}
    lines = {name: _lines(one, looks, at) for name, one in nodes.items()}
    returns = {(str(a), str(b)) for a, b in figure.get("returns", ())}
    pairs = [(str(a), str(b)) for a, b in (*figure["edges"], *figure.get("returns", ()))]
    columns = [str(one["id"]) for one in figure["columns"]]
    found = layout(columns, {name: str(one["column"]) for name, one in nodes.items()}, pairs)
    tall = {name: len(told) * LINE + 2 * PAD - 4.0 for name, told in lines.items()}
    middle = heights(found, tall, GAP)
    across = _across(found, lines)
    boxes = tuple(
        Box(name, lines[name], looks.get(str(nodes[name].get("state", "")), PLAIN), across[number][0],
            TOP + middle[name] - tall[name] / 2, across[number][1], tall[name])
        for number, row in enumerate(found.layers) for name in row if name in nodes
    )  # fmt: skip
    layer = {name: number for number, row in enumerate(found.layers) for name in row}
    paths, dashed = [], []
    for one in found.edges:
        stops = [(across[layer[name]], TOP + middle[name]) for name in (one.low, *one.waypoints, one.high)]
        paths.append(tuple(_points(stops)))
        dashed.append(((one.high, one.low) if one.turned else (one.low, one.high)) in returns)
    bottom = max((box.y + box.tall for box in boxes), default=TOP)
    bottom = max(bottom, *(y for path in paths for _, y in path)) if paths else bottom
    spans = _spans(found, across)
    wide = max(across[-1][0] + across[-1][1] + EDGE if across else 0.0, float(WIDTH))
    turned = tuple(one.turned for one in found.edges)
    return Picture(boxes, tuple(paths), tuple(dashed), turned, spans, wide, bottom + EDGE, found.crossings)


def _insist(figure: Mapping[str, Any]) -> None:
    columns = [str(one["id"]) for one in figure["columns"]]
    names = [str(one["id"]) for one in figure["nodes"]]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    stray = sorted({str(one["column"]) for one in figure["nodes"]} - set(columns))
    lost = sorted({str(end) for pair in (*figure["edges"], *figure.get("returns", ())) for end in pair} - set(names))
    told = [
        *([f"the nodes {', '.join(twice)} stand twice"] if twice else []),
        *([f"the columns {', '.join(stray)} do not exist"] if stray else []),
        *([f"edges lead to {', '.join(lost)}, which are no nodes"] if lost else []),
        *([f"{len(figure['states'])} states"] if len(figure.get("states", ())) > len(LOOKS) else []),
    ]
    if told:
        ways = (f"columns are {', '.join(columns)}; at most {len(LOOKS)} states can be told apart",)
        raise PublishError("layered graph", "; ".join(told), ways=ways)


def _lines(node: Mapping[str, Any], looks: Mapping[str, Look], at: int) -> tuple[str, ...]:
    """Return the lines of a box: mark and name, broken where they are too long, and what stands below."""
    mark = looks.get(str(node.get("state", "")), PLAIN).mark
    below = str(node["text"][at]) if "text" in node else ""
    return (*wrapped(mark + str(node["label"][at])), *(wrapped(below) if below else ()))


def wrapped(text: str, widest: float = WIDEST) -> Iterator[str]:
    """Break a text into lines of at most ``widest`` pixels, at spaces where there are any."""
    line = ""
    for word in _words(text):
        if line and breadth(line + word.rstrip()) > widest:
            yield line.rstrip()
            line = ""
        line += word
    yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    """Split a text where a line may break: after spaces, and between wide characters, but not before a closing sign."""
    word = ""
    for symbol in text:
        if word and (word[-1] == " " or (ord(symbol) > 0x2E80 and symbol not in "，。；、）》”：")):
            yield word
            word = ""
        word += symbol
    if word:
        yield word


def _across(found: Layout, lines: Mapping[str, Sequence[str]]) -> list[tuple[float, float]]:
    """Return where each layer begins and how wide its boxes are; few layers stand further apart."""
    texts = [[breadth(line) for name in row for line in lines.get(name, ())] for row in found.layers]
    wide = [max(NARROWEST, max(row, default=0.0) + 2 * PAD) for row in texts]
    spare = (WIDTH - 2 * EDGE - sum(wide)) / max(len(wide) - 1, 1)
    between = min(max(BETWEEN, spare), 2.5 * BETWEEN)
    return [(EDGE + sum(wide[:at]) + at * between, one) for at, one in enumerate(wide)]


def _points(stops: Sequence[tuple[tuple[float, float], float]]) -> Iterator[tuple[float, float]]:
    """Return the points of an edge: out of the first box, straight through every layer between, into the last."""
    for number, ((x, wide), y) in enumerate(stops):
        if number:
            yield x, y
        if number < len(stops) - 1:
            yield x + wide, y


def _spans(found: Layout, across: Sequence[tuple[float, float]]) -> dict[str, tuple[float, float]]:
    spans: dict[str, tuple[float, float]] = {}
    for number, column in found.column.items():
        x, wide = across[number]
        start = spans.get(column, (x, x))[0]
        spans[column] = (start, x + wide)
    return spans


def _bands(shown: Picture, heads: Mapping[str, str]) -> Iterator[Option]:
    for name, (start, end) in shown.spans.items():
        yield {
            "type": "rect", "z": 0, "silent": True,
            "shape": {"x": start - 6, "y": TOP - 8, "width": end - start + 12, "height": shown.height - TOP + 6},
            "style": {"fill": "#f6f8fa", "stroke": GRID, "lineWidth": 1},
        }  # fmt: skip
        yield _text(heads[name], (start + end) / 2, (TOP - 8) / 2, size=SIZE, align="center", tone=MUTED)


def _edges(shown: Picture) -> Iterator[Option]:
    for path, dashed, turned in zip(shown.paths, shown.dashed, shown.turned, strict=True):
        tone = ACCENT if dashed else MUTED
        style: Option = {"stroke": tone, "fill": "none", "lineWidth": 1.2, "opacity": 0.75}
        style |= {"lineDash": [5, 4]} if dashed else {}
        for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(path)):
            bend = (x2 - x1) / 2 if number % 2 == 0 else 0.0
            shape = {"x1": x1, "y1": y1, "x2": x2, "y2": y2,
                     "cpx1": x1 + bend, "cpy1": y1, "cpx2": x2 - bend, "cpy2": y2}  # fmt: skip
            yield {"type": "bezierCurve", "z": 1, "silent": True, "shape": shape, "style": style}
        x, y = path[0] if turned else path[-1]
        turn = 7 if turned else -7
        tip = [[x, y], [x + turn, y - 3.5], [x + turn, y + 3.5]]
        yield {"type": "polygon", "z": 2, "silent": True, "shape": {"points": tip}, "style": {"fill": tone}}


def _boxes(shown: Picture) -> Iterator[Option]:
    for box in shown.boxes:
        yield _frame(box.look, box.x, box.y, box.wide, box.tall)
        ink = PAPER if lightness(box.look.ground) < 56 else INK
        for number, line in enumerate(box.lines):
            yield _text(line, box.x + PAD, box.y + PAD - 2 + (number + 0.5) * LINE, tone=ink)


def _keys(figure: Mapping[str, Any], at: int, shown: Picture) -> Iterator[Option]:
    """Return the states that occur, with their looks, and the steps back, in rows below."""
    used = {str(one.get("state", "")) for one in figure["nodes"]}
    told: list[tuple[Look | None, str]] = [
        (look, look.mark + str(one["label"][at]))
        for one, look in zip(figure.get("states", ()), LOOKS, strict=False)
        if str(one["id"]) in used
    ]
    told += [(None, STEP_BACK[at])] if any(shown.dashed) else []
    x, y = EDGE, shown.height + 6
    for look, text in told:
        wide = breadth(text) + (40 if look else 12)
        if x > EDGE and x + wide > shown.width:
            x, y = EDGE, y + KEY
        if look:
            yield _frame(look, x, y, 22, 12)
        yield _text(text, x + (28 if look else 0), y + 6, tone=INK if look else ACCENT)
        x += wide + 12


def _frame(look: Look, x: float, y: float, wide: float, tall: float) -> Option:
    style: Option = {"fill": look.ground, "stroke": look.frame, "lineWidth": 1.2}
    style |= {"lineDash": list(look.dash)} if look.dash else {}
    shape = {"x": x, "y": y, "width": wide, "height": tall, "r": 3}
    return {"type": "rect", "z": 3, "silent": True, "shape": shape, "style": style}


def _text(text: str, x: float, y: float, *, size: int = SMALL, align: str = "left", tone: str = FAINT) -> Option:
    known = label(size=size)
    style = {"text": text, "x": x, "y": y, "fill": tone, "align": align, "verticalAlign": "middle",
             "fontFamily": known["fontFamily"], "fontSize": size}  # fmt: skip
    return {"type": "text", "z": 4, "silent": True, "style": style}
