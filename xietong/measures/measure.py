"""What a measure is: a bare function on arrays, its axes in the signature, its facts above it.

The axes of a parameter (its *core* axes) come last in the array, in the order that the annotation names them; any other
axis, such as a year or a scenario, stands in front and broadcasts.  A parameter annotated with axes is *data*; a
keyword-only number is a *choice*, which belongs to a study and stands in the receipt.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, UnknownName

__all__ = [
    "FAMILIES",
    "Array",
    "Axes",
    "Cells",
    "Facts",
    "OverPeriods",
    "OverRegions",
    "OverRegionsAndSectors",
    "OverSectors",
    "OverSystems",
    "all_measures",
    "facts",
    "measure",
]


@dataclass(frozen=True)
class Axes:
    """The core axes of an array: the last ones, in this order."""

    names: tuple[str, ...]


Array: TypeAlias = NDArray[np.float64]
Cells: TypeAlias = Annotated[Array, Axes(())]
OverRegions: TypeAlias = Annotated[Array, Axes(("place",))]
OverPeriods: TypeAlias = Annotated[Array, Axes(("period",))]
OverSectors: TypeAlias = Annotated[Array, Axes(("sector",))]
OverSystems: TypeAlias = Annotated[Array, Axes(("system",))]
OverRegionsAndSectors: TypeAlias = Annotated[Array, Axes(("place", "sector"))]

Tier: TypeAlias = Literal["printed", "peer", "by hand"]
Formula = TypeVar("Formula", bound=Callable[..., Array])

FAMILIES = ("composite", "coordination", "growth", "inequality", "shares", "specialisation")


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
    least_reason: str
    absent: str
    alike: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]
    choices: Mapping[str, float | Literal["required"]]
    result: tuple[str, ...]
    text: str

    @property
    def family(self) -> str:
        """The module in which the measure stands."""
        return self.name.partition(".")[0]

    @property
    def summary(self) -> str:
        """The line that a planner reads first."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def formula(self) -> str:
        """The formula in LaTeX."""
        return latex(self.function)


_registered: dict[str, Facts] = {}


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
    least_reason: str = "",
    absent: str = "refuse",
    alike: tuple[str, ...] = (),
) -> Callable[[Formula], Formula]:
    """Record the facts of a measure and return its function untouched.

    ``unit`` is a unit as statistics print it, or an expression of data parameters: ``{amount}/{people}``.  ``bounds``
    are inclusive; ``None`` is no bound.  ``tested`` is the best tier among its published cases.  ``least`` is the
    number of labels on an axis below which a caller refuses, and ``least_reason`` says why; ``absent`` is the policy
    for cells that no observation gives; ``alike`` names the data parameters that must share a dimension.  A docstring,
    formula, annotation or fact that is missing or wrong raises ``MeasureRefusal`` on decoration, that is on import.
    """

    def register(function: Formula) -> Formula:
        parameters, choices, result = _signature(function)
        one = Facts(
            name=_name(function),
            function=function,
            label=label,
            unit=unit,
            bounds=bounds,
            reference=reference,
            tested=tested,
            least=dict(least or {}),
            least_reason=least_reason,
            absent=absent,
            alike=alike,
            parameters=parameters,
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


def facts(measure: str | Callable[..., Array]) -> Facts:
    """Return the facts of a measure, by its name ``family.measure`` or by its function.

    ``UnknownName`` is raised when nothing is registered under it; the nearest names are offered.
    """
    name = measure if isinstance(measure, str) else _name(measure)
    family = name.partition(".")[0]
    if name not in _registered and family in FAMILIES:
        import_module(f"xietong.measures.{family}")
    if name not in _registered:
        raise UnknownName("measures", "measure", name, {*all_measures(), *_registered})
    return _registered[name]


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
) -> tuple[dict[str, tuple[str, ...]], dict[str, float | Literal["required"]], tuple[str, ...]]:
    hints: dict[str, Any] = get_type_hints(function, include_extras=True)
    parameters: dict[str, tuple[str, ...]] = {}
    choices: dict[str, float | Literal["required"]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        axes = _axes(hints.get(name))
        if axes is not None and parameter.default is parameter.empty:
            parameters[name] = axes
        elif hints.get(name) in (int, float) and parameter.kind is parameter.KEYWORD_ONLY:
            choices[name] = "required" if parameter.default is parameter.empty else parameter.default
        else:
            raise _refusal(function, f"parameter '{name}' is neither data with axes nor a keyword-only number")
    result = _axes(hints.get("return"))
    if result is None:
        raise _refusal(function, "the result has no axes")
    return parameters, choices, result


def _wrong(one: Facts) -> list[str]:
    low, high = one.bounds
    axes = {axis for names in one.parameters.values() for axis in names}
    named = set(re.findall(r"{(\w+)}", one.unit))
    checks = {
        "the docstring has no first line": not one.summary,
        "the docstring has no '.. math::'": not one.formula,
        "there is no data parameter": not one.parameters,
        f"label '{one.label}' is not '中文 | English'": not re.fullmatch(r"[^|]*[^|\s] \| [^|\s][^|]*", one.label),
        f"unit '{one.unit}' is empty or names no parameter": not one.unit or not named <= set(one.parameters),
        f"bounds {one.bounds} are in the wrong order": low is not None and high is not None and low >= high,
        "reference is empty": not one.reference.strip(),
        f"tested '{one.tested}' is no tier": one.tested not in get_args(Tier),
        "'least' and 'least_reason' go together": bool(one.least) != bool(one.least_reason.strip()),
        f"'least' names an axis that is not among {sorted(axes)}": not set(one.least) <= axes,
        "'absent' is empty": not one.absent.strip(),
        f"'alike' names no two of {sorted(one.parameters)}": len(one.alike) == 1
        or not set(one.alike) <= set(one.parameters),
    }
    return [text for text, failed in checks.items() if failed]
