"""How sure it is that two records are one thing: a score between 0 and 1, with its reasons.

Each piece of evidence has a weight, the chance that two records with nothing else in common are one thing, as it was
judged on the labelled names (``bench/registers.md`` prints what came of it). Pieces of different kinds (name, address,
point) are put together as independent chances, 1 - (1-a)(1-b). What speaks against a pair caps its score.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xietong.library.labels import Label
from xietong.library.registers.forms import BRANCH, Nearness, Record, bare
from xietong.library.registers.sound import syllables

TELLING = frozenset("东南西北中上下前后左右内外大小男女新旧老总分甲乙丙丁")
"""Signs by which names that are else the same tell two things apart."""
_NUMBER = re.compile(r"\d+")
ALIKE = 0.8
DIFFERENT_CODES, DIFFERENT_SITES = 0.3, 0.4

_WEIGHTS = {  # evidence of the name by how the places lie: same, side by side, unknown, apart
    "same": (0.95, 0.9, 0.85, 0.6),
    "common": (0.9, 0.5, 0.5, 0.2),
    "alias": (0.9, 0.85, 0.8, 0.5),
    "cut": (0.9, 0.5, 0.7, 0.3),
    "kind": (0.85, 0.75, 0.7, 0.3),
    "sound": (0.8, 0.75, 0.7, 0.2),
    "longer": (0.7, 0.65, 0.6, 0.2),
    "begins": (0.65, 0.6, 0.6, 0.2),
    "alike": (0.5, 0.45, 0.4, 0.1),
}
_NAMES = {
    "same": Label("规范后名称相同", "the same name in normal form"),
    "common": Label("规范后名称相同，但同名者多", "the same name in normal form, which several have"),
    "alias": Label("一条是另一条的别名或曾用名", "one is an alias or a former name of the other"),
    "cut": Label("去掉前面的地名和类型词后相同", "the same but for places in front and the kind"),
    "kind": Label("除类型词外名称相同", "the same name but for its kind"),
    "sound": Label("读音相同", "the same sound"),
    "longer": Label("一名是另一名的后半", "one name ends with the other"),
    "begins": Label("一名是另一公司全称的开头", "one name begins the full name of a company"),
    "alike": Label("名称相近", "names alike"),
}
_ORDER = (Nearness.SAME, Nearness.NEAR, Nearness.UNKNOWN, Nearness.APART)
_PLACED = {
    Nearness.SAME: Label("同地", "same place"),
    Nearness.NEAR: Label("同市邻区", "places side by side"),
    Nearness.UNKNOWN: Label("一方地点未知", "a place is not known"),
    Nearness.APART: Label("地点不同", "places apart"),
}


@dataclass(frozen=True)
class Likeness:
    """The score of a pair and its reasons, what speaks for it and then what speaks against it."""

    score: float
    reasons: tuple[Label, ...]


def likeness(one: Record, other: Record, near: str, common: frozenset[str] = frozenset()) -> Likeness:
    """Return how sure it is that two records are one thing; ``common`` are forms that many items have."""
    shared, clash = _codes(one, other)
    told, against = list[tuple[float, Label]](), list[tuple[float, Label]]()
    if shared:
        told.append((0.98, Label(f"代码相同：{shared}", f"the same code: {shared}")))
    name, form, ratio = _names(one, other, common)
    if name:
        label, placed = _NAMES[name], _PLACED[near]
        weight = _WEIGHTS[name][_ORDER.index(near)]
        told.append((weight, Label(f"{label.zh}（{placed.zh}）", f"{label.en} ({placed.en})")))
    streets = one.streets & other.streets if near != Nearness.APART else frozenset()
    if streets:
        street = min(streets)
        told.append((0.65 if ratio >= 0.4 else 0.5, Label(f"地址相同：{street}", f"the same address: {street}")))
    if one.point and one.point == other.point:
        told.append((0.4, Label("坐标相同", "the same point")))
    if clash:
        against.append((DIFFERENT_CODES, Label(f"代码不同：{clash}", f"different codes: {clash}")))
    if not (shared or streets) and _sites(one, other) and form != "same":
        against.append((DIFFERENT_SITES, Label("院区、分部不同", "different sites of one body")))
    score = 1.0
    for weight, _ in told:
        score *= 1 - weight
    score = min([0.99, 1 - score, *(cap for cap, _ in against)])
    return Likeness(round(score, 2), tuple(label for _, label in (*told, *against)))


def _codes(one: Record, other: Record) -> tuple[str, str]:
    """Return a code that both have, and codes of one kind of which they have different ones."""
    both = sorted(one.codes & other.codes)
    if both:
        return both[0][1], ""
    kinds = {name for name, _ in one.codes} & {name for name, _ in other.codes}
    if not kinds:
        return "", ""
    name = min(kinds)
    return "", " / ".join(min(code for kind, code in record.codes if kind == name) for record in (one, other))


def _sites(one: Record, other: Record) -> bool:
    """Return whether one name speaks of a branch that the other does not speak of."""
    return set(BRANCH.findall(one.forms[0])) != set(BRANCH.findall(other.forms[0]))


def _names(one: Record, other: Record, common: frozenset[str]) -> tuple[str, str, float]:
    """Return the best evidence of the names, how their own forms stand, and how alike these are."""
    from rapidfuzz import fuzz

    first, second = one.forms[0], other.forms[0]
    ratio = fuzz.ratio(first, second) / 100
    if first == second:
        return ("common" if first in common else "same"), "same", ratio
    if shared := set(one.forms) & set(other.forms):
        return ("common" if shared <= common else "alias"), "", ratio
    if shared := {*one.forms, *one.cut} & {*other.forms, *other.cut}:
        return ("common" if shared <= common else "cut"), "", ratio
    if bare(first) == bare(second):
        return "kind", "", ratio
    found = {_pair(a, b) for a in one.forms for b in other.forms}
    return next((name for name in ("sound", "longer", "begins", "alike") if name in found), ""), "", ratio


def _pair(a: str, b: str) -> str:
    """Return what two forms that differ have in common, '' when nothing that counts."""
    from rapidfuzz import fuzz

    if set(_NUMBER.findall(a)) != set(_NUMBER.findall(b)):
        return ""
    short, long = sorted((a, b), key=lambda form: (len(form), form))
    if long.endswith(short) and len(short) >= 4 and not BRANCH.search(long[: -len(short)]):
        return "longer"
    if len(short) >= 4 and bare(long).startswith(short) and bare(long) != long:
        return "begins"
    if fuzz.ratio(a, b) < 100 * ALIKE or _telling(a, b):
        return ""
    return "sound" if len(a) == len(b) and syllables(a)[0] == syllables(b)[0] else "alike"


def _telling(a: str, b: str) -> bool:
    """Return whether two forms differ by a sign that tells things apart, or by more than one sign in one place."""
    from rapidfuzz.distance import Levenshtein

    for step in Levenshtein.opcodes(a, b):
        if step.tag == "equal":
            continue
        left, right = a[step.src_start : step.src_end], b[step.dest_start : step.dest_end]
        several = min(len(left), len(right)) > 1 and syllables(left) != syllables(right)
        if several or TELLING.intersection(left + right):
            return True
    return False
