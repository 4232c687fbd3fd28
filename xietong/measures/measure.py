"""What a measure is: a bare function on arrays, its axes in the signature, its facts above it.

The axes of a parameter (its *core* axes) come last in the array, in the order that the annotation names them; any other
axis, such as a year or a scenario, stands in front and broadcasts.  A parameter annotated with axes is *data*, or
*labels* when it says to which group a place belongs; a keyword-only number, word or switch is a *choice*, which belongs
to a study and stands in the receipt.  A result that has several parts has ``part`` as its last axis, and a result that
is one of several classes is the number of the class; facts name both.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures.axes import Array, Axes, Labels

__all__ = [
    "ABSENT",
    "FAMILIES",
    "TOOLS",
    "ZEROS",
    "Array",
    "Choice",
    "Facts",
    "Misuse",
    "all_measures",
    "facts",
    "measure",
    "misuse",
    "misuses",
]


Tier: TypeAlias = Literal["printed", "peer", "by hand"]
Formula = TypeVar("Formula", bound=Callable[..., Array])

TOOLS = (
    "association", "axes", "broadcasting", "conditional", "envelopment", "grouping", "least_squares",
    "linear_programs", "measure", "nearness", "neighbours", "pairs", "poisson", "preconditions", "productive",
    "rearrangements", "replications", "smoothing", "transitions", "variants",
)  # fmt: skip
"""Modules that hold no measure; every other one is a family."""
FAMILIES = tuple(
    sorted(one.name for one in pkgutil.iter_modules(sys.modules[__package__].__path__) if one.name not in TOOLS)
)
ABSENT = "拒绝 | refused"
"""The policy for absent cells of most measures."""
ZEROS = "照算 | taken as they are"
"""The policy for zeros where a formula needs no other."""


@dataclass(frozen=True)
class Choice:
    """A number (whole or not), a word or a switch that a study chooses; it must be stated when ``default`` is None."""

    kind: type[float] | type[str]
    default: float | str | None
    words: tuple[str, ...] = ()

    def read(self, who: str, name: str, value: object) -> float | str:
        """Return a stated value as the formula takes it; ``MeasureRefusal`` when it is of another kind."""
        if self.words:
            if value not in self.words:
                raise UnknownName(who, name, str(value), self.words)
            return str(value)
        try:
            number = float(str(value).lower().replace("true", "1").replace("false", "0"))
        except ValueError:
            raise MeasureRefusal(who, f"{name} is '{value}'", ways=("state a number",)) from None
        if self.kind is not float and number != int(number):
            raise MeasureRefusal(who, f"{name} is {value}", ways=("state a whole number",))
        return self.kind(number)


@dataclass(frozen=True)
class Misuse:
    """A wrong formula that circulates, to be shown beside the right one: what is wrong, and where that is said."""

    function: Callable[..., Array]
    label: str
    seen: str


@dataclass(frozen=True)
class Facts:
    """Everything that is known of a measure apart from what its function computes."""

    name: str
    function: Callable[..., Array]
    label: str
    unit: str
    bounds: tuple[float | None, float | None]
    reference: str
    tested: Tier
    least: Mapping[str, int]
    least_per: Mapping[str, tuple[int, tuple[str, ...]]]
    least_reason: str
    absent: str
    zeros: str
    spread: str
    undefined: str
    alike: tuple[str, ...]
    also: tuple[str, ...]
    parts: tuple[str, ...]
    classes: tuple[str, ...]
    scale_free: tuple[str, ...]
    replicates: tuple[str, ...]
    adds_up_to: str
    parameters: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    choices: Mapping[str, Choice]
    result: tuple[str, ...]
    text: str

    @property
    def family(self) -> str:
        """The module in which the measure stands."""
        return self.name.partition(".")[0]

    @property
    def needs(self) -> dict[str, str]:
        """The number of labels that each axis needs, in words: ``5`` or ``3 x (inputs + outputs)``."""
        told = {
            axis: f"{times} x ({' + '.join(f'{one}s' for one in of)})" for axis, (times, of) in self.least_per.items()
        }
        return {axis: str(count) for axis, count in self.least.items()} | told

    def needed(self, lengths: Mapping[str, int]) -> dict[str, int]:
        """Return the number of labels that each axis needs where the axes have these lengths."""
        per = {axis: times * sum(lengths[one] for one in of) for axis, (times, of) in self.least_per.items()}
        return {**self.least, **per}

    @property
    def summary(self) -> str:
        """The line that a planner reads first."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def formula(self) -> str:
        """The formula in LaTeX."""
        return latex(self.function)


_registered: dict[str, Facts] = {}
_misuses: dict[str, list[Misuse]] = {}


def latex(function: Callable[..., Array]) -> str:
    """Return the formula in a docstring: the text of its ``.. math::``, on one line; empty when there is none."""
    found = re.search(r"^\.\. math::(.*?)(?:\n\s*\n|\Z)", inspect.getdoc(function) or "", re.DOTALL | re.MULTILINE)
    return " ".join(found.group(1).split()) if found else ""


def measure(
    *,
    label: str,
    unit: str,
    bounds: tuple[float | None, float | None],
    reference: str,
    tested: Tier,
    least: Mapping[str, int] | None = None,
    least_per: Mapping[str, tuple[int, tuple[str, ...]]] | None = None,
    least_reason: str = "",
    absent: str = ABSENT,
    zeros: str = ZEROS,
    spread: str = "",
    undefined: str = "",
    alike: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
    classes: tuple[str, ...] = (),
    scale_free: tuple[str, ...] = (),
    replicates: tuple[str, ...] = (),
    adds_up_to: str = "",
) -> Callable[[Formula], Formula]:
    """Record the facts of a measure and return its function untouched.

    ``unit`` is a unit as statistics print it, or an expression of data parameters: ``{amount}/{people}``.  ``bounds``
    are inclusive; ``None`` is no bound.  ``tested`` is the best tier among its published cases.  ``least`` is the
    number of labels on an axis below which a caller refuses, ``least_per`` the same as a multiple of the labels on
    other axes, and ``least_reason`` says why; ``alike`` names the data parameters that must share a dimension; ``also``
    are further names under which it is asked for.

    ``absent``, ``zeros`` and ``spread`` are printed with every result: the policy for cells that no observation gives,
    for zeros, and whether a standard deviation is that of the places themselves or of a sample.  ``undefined`` says
    when a cell of the result is nan because the formula gives no number there; without it such a result is refused.
    ``parts`` name what stands on the axis ``part`` of the result, ``classes`` what its whole numbers mean.  All are
    ``中文 | English``.

    Three facts are held against every measure by a test: the result does not change with the unit of the parameters in
    ``scale_free``, nor when everything along an axis in ``replicates`` is copied; the parts of the result add up to the
    measure named in ``adds_up_to``, computed directly from those of the data that it takes.

    A docstring, formula, annotation or fact that is missing or wrong raises ``MeasureRefusal`` on decoration, that is
    on import.
    """

    def register(function: Formula) -> Formula:
        parameters, labels, choices, result = _signature(function)
        one = Facts(
            name=_name(function),
            function=function,
            label=label,
            unit=unit,
            bounds=bounds,
            reference=reference,
            tested=tested,
            least=dict(least or {}),
            least_per=dict(least_per or {}),
            least_reason=least_reason,
            absent=absent,
            zeros=zeros,
            spread=spread,
            undefined=undefined,
            alike=alike,
            also=also,
            parts=parts,
            classes=classes,
            scale_free=scale_free,
            replicates=replicates,
            adds_up_to=adds_up_to,
            parameters=parameters,
            labels=labels,
            choices=choices,
            result=result,
            text=inspect.getsource(sys.modules[function.__module__]),
        )
        wrong = _wrong(one)
        if wrong:
            raise _refusal(function, "; ".join(wrong))
        _registered[one.name] = one
        return function

    return register


def misuse(of: Callable[..., Array], *, label: str, seen: str) -> Callable[[Formula], Formula]:
    """Record a wrong formula that circulates for a measure; it takes the same data and says where it was seen."""

    def register(function: Formula) -> Formula:
        same = inspect.signature(function).parameters.keys() == inspect.signature(of).parameters.keys()
        if not (same and seen.strip() and _BILINGUAL.fullmatch(label)):
            raise _refusal(function, "a misuse takes the parameters of its measure, and has a label and a source")
        _misuses.setdefault(_name(of), []).append(Misuse(function, label, seen))
        return function

    return register


def misuses(name: str) -> tuple[Misuse, ...]:
    """Return the wrong formulas that circulate for a measure, by its name ``family.measure``."""
    return tuple(_misuses.get(facts(name).name, ()))


def facts(measure: str | Callable[..., Array]) -> Facts:
    """Return the facts of a measure, by its name ``family.measure``, its name alone, or its function.

    ``UnknownName`` is raised when nothing is registered under it, or several are; the nearest names are offered.
    """
    name = measure if isinstance(measure, str) else _name(measure)
    family = name.partition(".")[0]
    if name not in _registered and family in FAMILIES:
        import_module(f"xietong.measures.{family}")
    if name in _registered:
        return _registered[name]
    known = all_measures()
    plain = name.replace("-", "_").lower()
    found = [one for one in known.values() if plain in (one.name.partition(".")[2], one.name, *one.also)]
    if len(found) != 1:
        what = "measure" if not found else "single measure"
        short = {word for one in known.values() for word in (one.name.partition(".")[2], *one.also)}
        offered = {*known, *_registered} if "." in name else short
        raise UnknownName("measures", what, name, [one.name for one in found] or offered)
    return found[0]


def all_measures() -> dict[str, Facts]:
    """Return the facts of every measure of the house, by name and in order."""
    for family in FAMILIES:
        import_module(f"xietong.measures.{family}")
    return {name: _registered[name] for name in sorted(_registered) if _registered[name].family in FAMILIES}


def _name(function: Callable[..., Array]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _refusal(function: Callable[..., Array], what: str) -> MeasureRefusal:
    code = function.__code__
    return MeasureRefusal(
        f"measure {_name(function)}",
        what,
        why="a measure states its axes, formula, unit, bounds, reference and tier before it may be called",
        ways=("complete the signature, the docstring or the decorator of the function",),
        where=f"{code.co_filename}:{code.co_firstlineno}",
    )


def _axes(hint: object) -> tuple[str, ...] | None:
    marks = [mark for mark in get_args(hint)[1:] if isinstance(mark, Axes)]
    return marks[0].names if marks else None


def _signature(
    function: Callable[..., Array],
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, Choice], tuple[str, ...]]:
    hints: dict[str, Any] = get_type_hints(function, include_extras=True)
    parameters: dict[str, tuple[str, ...]] = {}
    labels: dict[str, str] = {}
    choices: dict[str, Choice] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        hint, default = hints.get(name), None if parameter.default is parameter.empty else parameter.default
        axes, words = _axes(hint), get_args(hint) if get_origin(hint) is Literal else ()
        if axes is not None and default is None:
            parameters[name] = axes
            if marks := [mark for mark in get_args(hint) if isinstance(mark, Labels)]:
                labels[name] = marks[0].of
        elif (hint in (bool, int, float) or words) and parameter.kind is parameter.KEYWORD_ONLY:
            choices[name] = Choice(str if words else cast("type[float]", hint), default, words)
        else:
            raise _refusal(function, f"parameter '{name}' is neither data with axes nor a keyword-only number or word")
    result = _axes(hints.get("return"))
    if result is None:
        raise _refusal(function, "the result has no axes")
    return parameters, labels, choices, result


_BILINGUAL = re.compile(r"[^|]*[^|\s] \| [^|\s][^|]*")


def _texts(one: Facts) -> dict[str, tuple[str, ...]]:
    """Return the facts that are printed in two languages."""
    told = tuple(text for text in (one.spread, one.undefined) if text)
    return {
        "label": (one.label,), "absent": (one.absent,), "zeros": (one.zeros,), "spread or undefined": told,
        "part": one.parts, "class": one.classes,
    }  # fmt: skip


def _wrong(one: Facts) -> list[str]:
    low, high = one.bounds
    axes = {axis for names in one.parameters.values() for axis in names}
    named = set(re.findall(r"{(\w+)}", one.unit))
    checks = {
        "the docstring has no first line": not one.summary,
        "the docstring has no '.. math::'": not one.formula,
        "there is no data parameter": not one.parameters,
        **{
            f"{name} '{text}' is not '中文 | English'": not _BILINGUAL.fullmatch(text)
            for name, texts in _texts(one).items()
            for text in texts
        },
        f"unit '{one.unit}' is empty or names no parameter": not one.unit or not named <= set(one.parameters),
        f"bounds {one.bounds} are in the wrong order": low is not None and high is not None and low >= high,
        "reference is empty": not one.reference.strip(),
        f"tested '{one.tested}' is no tier": one.tested not in get_args(Tier),
        "'least' and 'least_reason' go together": bool(one.needs) != bool(one.least_reason.strip()),
        f"'least' names an axis that is not among {sorted(axes)}": not {
            *one.least,
            *one.least_per,
            *(of for _, names in one.least_per.values() for of in names),
        }
        <= axes,
        "'parts' and the axis part go together": bool(one.parts) != ("part" in one.result),
        "'scale_free' names no parameter": not set(one.scale_free) <= set(one.parameters),
        f"'replicates' names an axis that is not among {sorted(axes)}": not set(one.replicates) <= axes,
        f"'alike' names no two of {sorted(one.parameters)}": len(one.alike) == 1
        or not set(one.alike) <= set(one.parameters),
    }
    return [text for text, failed in checks.items() if failed]
