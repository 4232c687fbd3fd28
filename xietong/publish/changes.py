"""What changed since an earlier edition, as tables: numbers with why, verdicts, figures, tables restated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan

from xietong.diagnosis.claims import VERDICTS
from xietong.errors import PublishError, UnknownName
from xietong.library.explanations import shown
from xietong.library.labels import Language
from xietong.library.movements import REASONS, Comparison, Move
from xietong.library.series import Series
from xietong.library.store import Edition
from xietong.library.units import conversion
from xietong.publish.figures import Spec
from xietong.publish.numbers import Numbers
from xietong.publish.tables import names, pipe, plain, statement
from xietong.publish.words import unit_name, word

__all__ = ["PARTS", "Changes", "Earlier"]

PARTS = ("reasons", "numbers", "verdicts", "figures")
Caption = Callable[[str, Sequence[str]], str]
"""Numbers a caption and notes the findings behind it."""


@dataclass(frozen=True)
class Earlier:
    """The edition that a report is compared with: its name, and the edition where its archive is at hand."""

    name: str = ""
    edition: Edition | None = None


@dataclass
class Changes:
    """The functions of a chapter on what changed; each writes nothing when there is nothing to compare with."""

    numbers: Numbers
    earlier: Earlier
    specs: Mapping[str, Spec]
    caption: Caption

    def functions(self) -> dict[str, Callable[..., str]]:
        """Return the functions that a chapter may call."""
        return {"since": self.since, "changes": self.changes, "restated": self.restated}

    @cached_property
    def _told(self) -> Comparison | None:
        before = self.earlier.edition
        return Comparison(before, self.numbers.edition) if before is not None else None

    @cached_property
    def _moves(self) -> list[Move]:
        return list(self._told.moves()) if self._told is not None else []

    @property
    def _language(self) -> Language:
        return self.numbers.language

    def since(self) -> str:
        """Return a sentence that names the earlier edition, or says that this is the first or that none is at hand."""
        if not self.earlier.name:
            return word("first edition", self._language)
        key = "compared with" if self.earlier.edition is not None else "edition not at hand"
        return word(key, self._language).format(plain(self.earlier.name))

    def changes(self, part: str, caption: str, rows: int = 20) -> str:
        """Return one part of what changed as a table, or that nothing did.

        Raises:
            UnknownName: when there is no such part.
        """
        if part not in PARTS:
            raise UnknownName("changes", "part", part, PARTS)
        if self._told is None:
            return ""
        make = {
            "reasons": self._reasons,
            "numbers": self._numbers,
            "verdicts": self._verdicts,
            "figures": self._figures,
        }
        return make[part](self._told, caption, rows)

    def _table(self, keys: Sequence[str], body: list[list[str]], caption: str, findings: Sequence[str]) -> str:
        if not body:
            return f"{caption}: {word('no change', self._language)}" if self._language == "en" else (
                f"{caption}：{word('no change', self._language)}"
            )  # fmt: skip
        heads = [word(key, self._language) for key in keys]
        return pipe(heads, body, self.caption(caption, findings), left=len(keys))

    def _why(self, keys: Sequence[str]) -> str:
        return ("、" if self._language == "zh" else ", ").join(REASONS[key].text(self._language) for key in keys)

    def _reasons(self, told: Comparison, caption: str, rows: int) -> str:
        counts = {key: sum(key in move.reasons for move in self._moves) for key in REASONS}
        body = [[self._why([key]), str(count)] for key, count in counts.items() if count][:rows]
        return self._table(("why", "numbers moved"), body, caption, [])

    def _numbers(self, told: Comparison, caption: str, rows: int) -> str:
        """Return the numbers that moved, those of what is printed in this report first, in the order of the study."""
        printed = {cell.finding.id for cell in self.numbers.cells.values()}
        both = [one for one in self._moves if one.before is not None and one.after is not None]
        kept = sorted(both, key=lambda one: one.finding not in printed)[:rows]
        body = [self._move(one) for one in kept]
        table = self._table(("finding", "earlier edition", "this edition", "why"), body, caption, _ids(kept))
        left = len(self._moves) - len(kept)
        more = word("more lines", self._language).format(left)
        return f"{table}\n\n::: source\n{more}: `xietong compare`\n:::\n" if body and left else table

    def _move(self, one: Move) -> list[str]:
        where = [label for axis, text in one.cell.items() for label in names(self.numbers, axis, [text])]
        unit = unit_name(one.unit, self._language)
        label = " ".join([plain(one.label.text(self._language)), *where, *([f"({unit})"] if unit else [])])
        ends = (self._whole(one.finding, value, one.digits) for value in (one.before, one.after))
        return [label, *ends, self._why(one.reasons)]

    def _whole(self, finding: str, value: float | None, digits: int) -> str:
        if value is None:
            return "—"
        return self.numbers.whole(finding, shown(value, digits).replace("-", "−"))

    def _verdicts(self, told: Comparison, caption: str, rows: int) -> str:
        body, ids = [], []
        for finding, why in told.tables():
            ends = [edition.finding(finding.id).payload.get("verdict") for edition in (told.before, told.after)]
            if finding.kind == "verdict" and ends[0] != ends[1]:
                before, after = (VERDICTS[str(end)].text(self._language) for end in ends)
                body.append([statement(self.numbers, finding.id), before, f"**{after}**", self._why(why)])
                ids.append(finding.id)
        return self._table(("claim", "verdict before", "verdict now", "why"), body[:rows], caption, ids)

    def _figures(self, told: Comparison, caption: str, rows: int) -> str:
        moved = {one.finding for one in self._moves}
        body, ids = [], list[str]()
        for spec in self.specs.values():
            if used := [one for one in spec.findings if one in moved]:
                body.append([plain(spec.text("caption", self._language)), ", ".join(f"`{one}`" for one in used)])
                ids += used
        return self._table(("figure", "finding"), body[:rows], caption, ids)

    def restated(self, name: str, caption: str, rows: str, columns: str, digits: int | None = None) -> str:
        """Return a table of the earlier edition beside the same cells as this edition has them.

        Raises:
            PublishError: when the finding has no values, or has other axes than those named.
        """
        before = self.earlier.edition
        if before is None or name not in before.ids:
            return ""
        old, new = before.finding(name), self.numbers.edition.finding(name)
        if old.series is None or new.series is None:
            raise PublishError(name, "only a finding with values can be restated")
        factor = float(conversion(old.series.unit, new.series.unit, name))
        labels = [one for one in old.series.axis(columns).labels if one in new.series.axis(columns).labels]
        own = [one for one in old.series.axis(rows).labels if one in new.series.axis(rows).labels]
        places = new.digits if digits is None else digits
        body = []
        for label, text in zip(own, names(self.numbers, rows, own), strict=True):
            for key, series, by in (("earlier edition", old.series, factor), ("this edition", new.series, 1.0)):
                cells = [_value(series, {rows: label, columns: one}) for one in labels]
                printed = [self._whole(name, None if one is None else one * by, places) for one in cells]
                body.append([f"{text} · {word(key, self._language)}", *printed])
        unit = unit_name(new.series.unit, self._language)
        full = f"{caption} ({word('unit', self._language)}: {unit})" if unit else caption
        heads = [word(rows, self._language), *names(self.numbers, columns, labels)]
        return pipe(heads, body, self.caption(full, [name]), widths=[16, *[7] * len(labels)])


def _value(series: Series, cell: Mapping[str, str]) -> float | None:
    part = series.select(**cell)
    if part.axes:
        raise PublishError(series.name, f"the table leaves {', '.join(axis.name for axis in part.axes)} open")
    value = float(part.values)
    return None if isnan(value) else value


def _ids(moves: Sequence[Move]) -> list[str]:
    return list(dict.fromkeys(one.finding for one in moves))
