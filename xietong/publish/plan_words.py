"""Plans in the words of a report: what one reached, which lever moves it most, all of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xietong.errors import PublishError
from xietong.library.explanations import shown
from xietong.library.labels import Label, Language
from xietong.library.units import conversion
from xietong.publish.numbers import Numbers
from xietong.publish.page_sections import printed_section, section_of
from xietong.publish.plan_page import objective_digits, surety
from xietong.publish.tables import pipe, plain
from xietong.publish.words import with_unit, word

__all__ = ["answer", "assumed", "assumes", "functions", "plans", "swing"]

_WHOLE = 1_000
"""Signs of a reason that are printed: all of them."""
_COLUMNS = ("lever", "value", "low", "high", "unit", "at_low", "at_high", "reason")


def functions(numbers: Numbers) -> dict[str, Callable[..., str]]:
    """Return the functions that print what a plan reached and what moves it most."""
    return {
        "answer": lambda name, unit="", digits=None: answer(numbers, name, unit, digits),
        "assumes": lambda name: assumes(numbers, name),
        "surety": lambda name: surety(_payload(numbers, name)).text(numbers.language),
        "swing": lambda name, none="": swing(numbers, name, none),
    }


def _payload(numbers: Numbers, name: str) -> Mapping[str, Any]:
    payload = numbers.edition.finding(name).payload
    if "objective" not in payload:
        raise PublishError(name, "this finding is no outcome of a plan", ways=("name plan.….result",))
    return payload


def _number(value: float, digits: int) -> str:
    return shown(value, digits).replace("-", "−")


def answer(numbers: Numbers, name: str, unit: str = "", digits: int | None = None) -> str:
    """Return the value of a plan's objective with its unit, linked.

    Raises:
        PublishError: when the finding is no outcome of a plan.
        UnitMismatch: when it cannot be converted into ``unit``.
    """
    payload = _payload(numbers, name)
    value, own = float(payload["objective"]), Label(*payload["unit"])
    if unit:
        value *= float(conversion(own.zh, unit, name))
    places = objective_digits(value) if digits is None else digits
    text = _number(value, places)
    named = with_unit(text, unit or own.zh, numbers.language) if unit or own.zh == "%" else _with(text, own, numbers)
    return numbers.whole(name, named)


def _with(text: str, unit: Label, numbers: Numbers) -> str:
    return f"{text} {plain(unit.text(numbers.language))}".strip()


def swing(numbers: Numbers, name: str, none: str = "") -> str:
    """Return the lever that moves a plan most over its range, with the objective at both ends; ``none`` when none does.

    An end at which there is no solution counts as the widest.

    Raises:
        PublishError: when the finding is no outcome of a plan, or no lever moves it and there are no words for that.
    """
    told = _widest(_payload(numbers, name))
    if told is None:
        if not none:
            raise PublishError(name, "no lever moves it over its range", ways=(f'swing("{name}", none="words")',))
        return none
    label, ends, digits = told
    return f"{plain(label.text(numbers.language))} ({numbers.whole(name, _ends(ends, digits, numbers.language))})"


def assumes(numbers: Numbers, name: str) -> str:
    """Return by name what a plan assumes or chooses; values, ranges and reasons stand in its table of assumptions.

    Raises:
        PublishError: when the finding is no outcome of a plan.
    """
    gap = "、" if numbers.language == "zh" else "; "
    labels = (Label(*one["label"]).text(numbers.language) for one in _payload(numbers, name)["levers"])
    return gap.join(plain(label) for label in labels)


def _widest(payload: Mapping[str, Any]) -> tuple[Label, tuple[float | None, float | None], int] | None:
    labels = {one["id"]: Label(*one["label"]) for one in payload["levers"]}
    told = [(one["lever"], (one["low"], one["high"])) for one in payload["ranges"]]
    wide = [(float("inf") if None in ends else abs(ends[1] - ends[0]), lever, ends) for lever, ends in told]
    moved, lever, ends = max(wide, key=lambda one: one[0], default=(0.0, "", (None, None)))
    digits = objective_digits(float(payload["objective"]))
    return (labels[lever], ends, digits) if moved >= 10.0**-digits / 2 else None


def _ends(ends: Sequence[float | None], digits: int, language: Language) -> str:
    return " → ".join(word("no solution", language) if one is None else _number(one, digits) for one in ends)


def plans(numbers: Numbers, names: Sequence[str], caption: str) -> str:
    """Return several plans side by side: what is sought, value, how sure, the lever that moves it most and how far."""
    language = numbers.language
    rows = []
    for name in names:
        payload = _payload(numbers, name)
        digits = objective_digits(float(payload["objective"]))
        told = _widest(payload)
        swung = [plain(told[0].text(language)), _ends(told[1], digits, language)] if told else ["—", "—"]
        named, unit = (Label(*payload[key]).text(language) for key in ("objective_label", "unit"))
        sought = f"{named} ({unit})" if unit else named
        value = numbers.whole(name, _number(float(payload["objective"]), digits))
        title = plain(Label(*payload["title"]).text(language))
        rows.append([title, plain(sought), value, plain(surety(payload).text(language)), *swung])
    keys = ("plan", "sought", "value", "surety", "swing", "at the ends")
    return pipe([word(key, language) for key in keys], rows, caption, left=6, widths=[20, 20, 12, 16, 18, 14])


def assumed(numbers: Numbers, name: str, caption: str) -> str:
    """Return the levers of a plan with value, range, objective at both ends, and the whole of each reason."""
    _payload(numbers, name)
    section = section_of(numbers.edition, name, "levers")
    return printed_section(numbers, section, caption, len(section.rows), _COLUMNS, notes=False, longest=_WHOLE)
