"""A plan: its levers with range and reason, the outcome with bound, prices and checks, and how a kind is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xietong.errors import PlanError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Missing, Section
from xietong.library.registers.register import Register
from xietong.library.series import Series
from xietong.recipes.jobs import Shelf

NOTHING = Label("", "")


@dataclass(frozen=True)
class Lever:
    """An assumption or a choice of a plan: its value, the range within which it is defensible, the reason."""

    id: str
    label: Label
    unit: Label
    value: float
    low: float
    high: float
    reason: Label
    where: str


@dataclass(frozen=True)
class Case:
    """One run of a plan: its choices with their lines, its levers, and what it may read.

    ``brief`` says that only the objective and the facts are wanted: tables and prices may be left out.
    ``progress`` is told what is being done, ``stopped`` is asked whether to stop, ``kept`` is what an earlier run that
    was stopped left behind (JSON data), and ``keep`` takes the same from this one.
    """

    name: str
    document: Document
    shelf: Shelf
    levers: Mapping[str, Lever]
    brief: bool = False
    progress: Callable[[str], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False
    kept: Mapping[str, Any] = field(default_factory=dict)
    keep: Callable[[Mapping[str, Any]], None] = lambda _: None

    @property
    def path(self) -> tuple[str, str]:
        """Return where the choices stand in the document."""
        return ("plan", self.name)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Return the choices."""
        return self.document.table(*self.path)

    @property
    def pack(self) -> Pack:
        """Return the pack of the study."""
        return self.shelf.study.pack

    def __getitem__(self, lever: str) -> float:
        """Return the value of a lever.

        Raises:
            UnknownName: when the plan has no such lever.
        """
        if lever not in self.levers:
            raise UnknownName(f"plan {self.name}", "lever", lever, self.levers)
        return self.levers[lever].value

    def where(self, *keys: str) -> str:
        """Return ``file:line`` of a choice."""
        return self.document.where(*self.path, *keys)

    def register(self, key: str) -> Register:
        """Return the register whose class the choice ``key`` names."""
        return self.pack.registers[str(self.spec[key])]

    def finding(self, name: str) -> Finding:
        """Return a finding that the kind declared among its needs."""
        return self.shelf.finding(name)

    def moved(self, values: Mapping[str, float]) -> Case:
        """Return the case with other values of some levers; a value outside its range is taken and told by the page.

        Raises:
            UnknownName: when the plan has no such lever.
            PlanError: when a value is no number.
        """
        for name, value in values.items():
            if name not in self.levers:
                raise UnknownName(f"plan {self.name}", "lever", name, self.levers, where=self.where("levers"))
            if not abs(value) < float("inf"):
                raise PlanError(f"plan {self.name}", f"lever '{name}' must be a finite number, not {value}")
        levers = {name: replace(one, value=values.get(name, one.value)) for name, one in self.levers.items()}
        return replace(self, levers=levers)


@dataclass(frozen=True)
class Binding:
    """A constraint that binds, and what the objective gains for one more unit of it.

    ``kind`` is ``dual`` for a shadow price, exact for a small change, or ``relaxed`` for a second solve with the limit
    moved by ``by``, which integer programs need.
    """

    label: Label
    price: float
    unit: Label
    kind: str
    by: float = 1.0


@dataclass(frozen=True)
class Check:
    """What the plan claims and what an independent evaluation of its solution finds."""

    label: Label
    claimed: float
    found: float
    by: str

    @property
    def holds(self) -> bool:
        """Return whether both agree to one part in a million."""
        return abs(self.claimed - self.found) <= 1e-6 * max(1.0, abs(self.claimed))


@dataclass(frozen=True)
class Outcome:
    """The result of a plan; ``sections`` show it, ``points`` are sites for a map, ``waits`` the tables it lacks.

    ``bound`` is proven: no plan under these assumptions does better.  ``gap`` is relative.  ``facts`` are further
    numbers by name; ``series`` is the outcome as a scenario, which the measures of the past can score.
    """

    objective: float
    bound: float
    gap: float
    label: Label
    unit: Label
    sense: str
    sections: tuple[Section, ...]
    bindings: tuple[Binding, ...] = ()
    checks: tuple[Check, ...] = ()
    points: tuple[Mapping[str, Any], ...] = ()
    waits: tuple[Missing, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)
    series: Series | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Kind:
    """A kind of plan: how it is solved, its levers, the keys of its choices, the findings and registers it reads.

    ``registers`` and ``findings`` are keys of the choices that name a class of register or findings; ``files`` are
    those that name a file beside the document.  ``levers_of`` gives further levers that the choices of a plan call
    for, such as one for each of its places.
    """

    solve: Callable[[Case], Outcome]
    label: Label
    levers: tuple[str, ...]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    shapes: Mapping[str, Iterable[str]] = field(default_factory=dict)
    problems: Callable[[Document, tuple[str, ...], Pack], list[XietongError]] | None = None
    scenario: bool = False
    files: tuple[str, ...] = ()
    levers_of: Callable[[Mapping[str, Any]], Iterable[str]] | None = None
