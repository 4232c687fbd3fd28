"""Tables and paragraphs of the report for a page of the browser: the same Markdown, its numbers leading elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from xietong.publish.numbers import Cell, Numbers

__all__ = ["web_blocks"]

_NUMBER = re.compile(r"\[([^\]]*)\]\(#([\w-]+)\)\{\.(?:num|refusal)\}")
_STRONG, _CODE = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`([^`]+)`")


def web_blocks(text: str, numbers: Numbers, link: Callable[[Cell], str]) -> str:
    """Return pipe tables and paragraphs as HTML; ``link`` says where the number of a cell leads to."""

    def linked(match: re.Match[str]) -> str:
        told, anchor = match[1], match[2]
        known = numbers.cells.get(anchor)
        return f'<a class="num" href="{escape(link(known))}">{told}</a>' if known else told

    def inline(cell: str) -> str:
        plain = _NUMBER.sub(linked, escape(cell))
        return _CODE.sub(r"<code>\1</code>", _STRONG.sub(r"<strong>\1</strong>", plain))

    return "\n".join(_block(one, inline) for one in _blocks(text))


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the paragraphs and tables; the caption of a table is the last line of its block."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            block.append(line)
        elif block and block[0].startswith("|") and not block[-1].startswith(": "):
            continue
        elif block:
            yield block
            block = []
    if block:
        yield block


def _block(lines: Sequence[str], inline: Callable[[str], str]) -> str:
    if not lines[0].startswith("|"):
        return f"<p>{inline(' '.join(lines))}</p>"
    caption = lines[-1].removeprefix(": ") if lines[-1].startswith(": ") else ""
    head, rule, *body = (_cells(line) for line in lines if line.startswith("|"))
    kinds = ["number" if one.endswith(":") else "long" if one.count("-") > 24 else "" for one in rule]
    columns = "".join(
        f'<th scope="col" class="{kind}">{inline(one)}</th>' for one, kind in zip(head, kinds, strict=True)
    )
    rows = "".join(f"<tr>{_row(cells, kinds, inline)}</tr>" for cells in body)
    return (
        f'<div class="table" tabindex="0" role="group" aria-label="{escape(caption)}"><table>'
        f"<caption>{inline(caption)}</caption><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(cells: Sequence[str], kinds: Sequence[str], inline: Callable[[str], str]) -> str:
    first, *rest = (f' class="{kind}">{inline(one)}' for one, kind in zip(cells, kinds, strict=True))
    return f'<th scope="row"{first}</th>' + "".join(f"<td{one}</td>" for one in rest)


def _cells(line: str) -> list[str]:
    return [one.strip() for one in line.strip().removeprefix("|").removesuffix("|").split("|")]
