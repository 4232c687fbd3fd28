"""References as GB/T 7714-2015 has them: who, title and kind, where and when it came out, when it was read, the path.

An origin does not say what kind of document it is; the kind follows from its title, its publisher and its address by
the rules of `KINDS`, and what no rule knows is ``Z``, the standard's *other*. What is not known is not made up: a place
of publication stands as unknown, or is left out where the document is online, as the standard allows; a date of access
appears where the pack has one.
"""

from __future__ import annotations

import re
from typing import Final

from xietong.library.labels import Label, Language
from xietong.library.origins import Origin

__all__ = ["KINDS", "citation", "kind"]

KINDS: Final[dict[str, tuple[Label, str, str]]] = {
    "S": (Label("标准", "standard"), "title", r"GB/?T?\s*\d|(?:国家|行业|地方)标准$"),
    "DB": (Label("数据库", "database"), "title", r"数据库|数据集|[Dd]ata\s?(?:base|set)"),
    "M": (Label("图书、年鉴", "book or yearbook"), "title", r"年鉴|资料汇编|普查.*资料|[Yy]earbook"),
    "N": (Label("报纸", "newspaper"), "publisher", r"报$"),
    "R": (Label("报告、公报", "report or communiqué"), "title", r"公报|报告|核算结果|监测|白皮书|[Rr]eport|[Cc]ommuni"),
}
"""Kind of document by its sign: its name, and which text of an origin must match what; the first that does is taken."""

_PAGE = re.compile(r"第\s*([0-9A-Z]+)\s*版")
_NOWHERE = Label("出版地不详", "S.l.")
_UNDATED = Label("日期不详", "n.d.")


def kind(origin: Origin) -> str:
    """Return the sign of a document's kind and of what carries it: ``R``, ``N``, ``EB/OL``."""
    first = re.split(r"[、，,]", origin.publisher)[0].strip()
    texts = {"title": origin.title, "publisher": first}
    sign = next((one for one, (_, where, rule) in KINDS.items() if re.search(rule, texts[where])), "")
    sign = sign or ("EB" if origin.url else "Z")
    return f"{sign}/OL" if origin.url else sign


def citation(origin: Origin, language: Language) -> str:
    """Return one publication as the list of references prints it; the copy that was read is named after it."""
    sign = kind(origin)
    read = f"[{origin.retrieved}]" if origin.retrieved and origin.url else ""
    path = f". {origin.url}" if origin.url else ""
    when = origin.edition or f"[{_UNDATED.text(language)}]"
    title = f"{origin.title}[{sign}]"
    if sign.startswith("N"):
        page = _PAGE.search(origin.locator)
        told = f"{title}. {origin.publisher}, {when}" + (f"({page[1]})" if page else "") + read
    elif origin.url:
        told = f"{origin.publisher}. {title}" + (f". ({origin.edition})" if origin.edition else ".") + read
    elif sign == "Z":
        told = f"{origin.publisher}. {title}. {when}"
    else:
        told = f"{origin.publisher}. {title}. [{_NOWHERE.text(language)}]: {origin.publisher}, {when}{read}"
    return f"{told}{path}."
