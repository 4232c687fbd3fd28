"""Forms of a name: what an item may also be called, and what of a name does not tell two things apart.

A form is folded, has its numerals in digits and short names of places: 北京市第一医院 and 北京第1醫院 are one. Names in
brackets are forms of their own, unless they tell two sites of one body apart, and so is what stands behind 附属.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xietong.library.places import Gazetteer
from xietong.library.registers.items import Item
from xietong.library.spelling import BRACKET, CAMPUS, folded, folded_code, numbered

SHORT = 4
"""A name in brackets that is shorter says too little to be the name of something."""
_SEVERAL = re.compile(r"[、，,;；/]")
_LEAD = re.compile(r"^(?:原名?|曾用名|又名|亦称|简称|即|现)[:：]?")
_OWNER = re.compile(r".{4,}(?:附属|直属)")
_GENERIC = re.compile(
    r"第?\d{0,2}(?:人民|中|中心|中医|临床|口腔|儿童|妇产|妇幼|肿瘤|胸科|眼科|骨科|传染病|中西医结合|职工|工人|总)?"
    r"(?:医院|学院|中学|小学|幼儿园|研究所|保健院)"
)
"""What many have: it names nothing without what stood before it."""
_WRITTEN = (
    (re.compile("中国人民解放军"), "解放军"),
    (re.compile("中国人民武装警察部队|人民武装警察部队"), "武警"),
    (re.compile("中医医院"), "中医院"),
    (re.compile(r"附属(?=第\d)|(?<=第\d)附属"), ""),
    (re.compile(r"第(?=\d{3})"), ""),
)
"""Long and short ways to write the same."""
_HEADS = ("医院", "学院", "大学", "公司", "学校", "研究所")
_NUMBERED = re.compile(r"\d{3,}.{2,}")
_KIND = re.compile(
    r"股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|公司|风景名胜区|旅游景区|风景区|旅游区|景区|文化旅游区"
)
BRANCH = re.compile(rf"{CAMPUS.pattern}|分公司|分店|分站|门诊部|[东西南北]院|附属中学|附属小学")
_STREET = re.compile(r"([^\d号]{2,12}?)([甲乙丙丁]?\d+)号")


@dataclass(frozen=True)
class Record:
    """What an item is compared by; ``cut`` are its forms without the places in front, which must be equal to count."""

    id: str
    name: str
    forms: tuple[str, ...]
    cut: tuple[str, ...]
    places: tuple[str, ...]
    codes: frozenset[tuple[str, str]]
    streets: frozenset[str]
    point: tuple[str, ...]


class Former:
    """Makes the forms of names, knowing the places of a pack."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        names = {folded(one.label.zh): folded(one.short_zh) for one in gazetteer.places.values()}
        self.short = {name: short for name, short in names.items() if len(name) > 2 and short != name}
        parts = sorted(self.short, key=lambda name: (-len(name), name))
        self.places = re.compile("|".join(map(re.escape, parts)) or r"(?!)")
        known = sorted({*names, *names.values()} - {""}, key=lambda name: (-len(name), name))
        self.leading = re.compile(f"^(?:{'|'.join(re.escape(name) for name in known if len(name) > 1) or '(?!)'})+")
        self.any_place = re.compile("|".join(re.escape(name) for name in known if len(name) > 1) or r"(?!)")

    def form(self, text: str) -> str:
        """Return a name as it is compared."""
        told = numbered(self.places.sub(lambda match: self.short[match[0]], folded(text)))
        for pattern, short in _WRITTEN:
            told = pattern.sub(short, told)
        return told

    def forms(self, name: str) -> list[str]:
        """Return all forms of a name, its own first."""
        inside = [part for text in BRACKET.findall(name) if not CAMPUS.search(text) for part in _SEVERAL.split(text)]
        inside = [part for part in inside if len(part) >= SHORT]
        outside = name if CAMPUS.search(name) else BRACKET.sub("", name)
        parts = [part for part in outside.split() if len(part) >= SHORT]
        own = self.form(outside)
        told = [own, *(self.form(_LEAD.sub("", part.strip())) for part in inside), *self._two(own)]
        told += [self.form(part) for part in parts] if len(parts) > 1 else []
        told += [one[match.end() :] for one in told if (match := _OWNER.match(one))]
        told += [match[0] for one in told if (match := _NUMBERED.search(one)) and not BRANCH.search(one)]
        return list(dict.fromkeys((own, *_saying(told[1:]))))

    def cut(self, forms: Iterable[str]) -> list[str]:
        """Return forms without their kind and the places in front, where what is left names a thing."""
        return list(dict.fromkeys(_saying(self.leading.sub("", bare(form)) for form in forms)))

    def _two(self, own: str) -> Iterable[str]:
        """Return both names where two are written one behind the other."""
        for head in (head for head in _HEADS if own.count(head) > 1):
            match = re.fullmatch(rf"(.{{3,}}?{head})(.{{2,}}{head})", own)
            if match and (self.any_place.match(match[2]) or match[2].startswith(("解放军", "中国"))):
                return match[1], match[2]
        return ()

    def record(self, item: Item) -> Record:
        """Return what an item is compared by."""
        kind = item.kind
        at = {name: index for index, name in enumerate(kind.attributes)}
        cells = [(one, row.values[at[one.id]]) for one in kind.of_kind("code", "text") for row in item.rows]
        told = [(one, part) for one, text in cells if text for part in one.parts(text)]
        codes = frozenset((one.id, folded_code(text)) for one, text in told if one.kind == "code")
        streets = frozenset(found for one, text in told if one.kind == "text" for found in self._street(text))
        forms = tuple(dict.fromkeys(form for row in item.rows for form in self.forms(row.name)))
        cut = tuple(one for one in self.cut(forms) if one not in forms)
        return Record(item.id, item.name, forms, cut, item.places, codes, streets, _point(item, at))

    def _street(self, text: str) -> Iterable[str]:
        match = _STREET.search(self.any_place.sub("", numbered(folded(text))))
        return (f"{match[1][-4:]}{match[2]}",) if match else ()


def _point(item: Item, at: dict[str, int]) -> tuple[str, ...]:
    kinds = [item.kind.of_kind(kind) for kind in ("longitude", "latitude")]
    if all(kinds):
        for row in item.rows:
            point = tuple(row.values[at[one[0].id]][:9] for one in kinds)
            if all(point):
                return point
    return ()


def _saying(forms: Iterable[str]) -> Iterable[str]:
    return (one for one in forms if len(one) > 2 and not _GENERIC.fullmatch(one))


def bare(form: str) -> str:
    """Return a form without what says only what kind of company or sight it is."""
    told = _KIND.sub("", form)
    return told if len(told) > 1 else form


class Nearness:
    """How two sets of places lie to each other."""

    SAME, NEAR, UNKNOWN, APART = "same place", "places side by side", "a place is not known", "places apart"

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.told: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}

    def between(self, one: tuple[str, ...], other: tuple[str, ...]) -> str:
        """Return whether some place is the same or inside another, beside one in the same city, unknown, or apart."""
        if one == other and one:
            return self.SAME
        key = (one, other)
        if key not in self.told:
            self.told[key] = self._between(one, other)
        return self.told[key]

    def _between(self, one: Sequence[str], other: Sequence[str]) -> str:
        if not one or not other:
            return self.UNKNOWN
        pairs = [(a, b) for a in one for b in other]
        if any(a in self._above(b) or b in self._above(a) for a, b in pairs):
            return self.SAME
        return self.NEAR if any(self._beside(a, b) for a, b in pairs) else self.APART

    def _above(self, code: str) -> list[str]:
        found, places = [code], self.gazetteer.places
        while (place := places.get(found[-1])) is not None and place.parent and place.parent not in found:
            found.append(place.parent)
        return found

    def _beside(self, a: str, b: str) -> bool:
        """Return whether two places without parts of their own have the same parent."""
        one, other = self.gazetteer.places.get(a), self.gazetteer.places.get(b)
        leaves = not self.gazetteer.children(a) and not self.gazetteer.children(b)
        return one is not None and other is not None and bool(one.parent) and one.parent == other.parent and leaves
