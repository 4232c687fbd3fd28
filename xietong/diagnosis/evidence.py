"""Evidence: a cell or a path of a finding, as framework and claims point at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xietong.errors import MeasureRefusal
from xietong.library.findings import Finding
from xietong.library.labels import Label
from xietong.library.series import Series
from xietong.library.units import conversion
from xietong.recipes.jobs import Shelf


@dataclass(frozen=True)
class Pointer:
    """A finding and the labels to take on its axes; ``label`` says which vintage or place that is."""

    finding: str
    select: Mapping[str, str]
    label: Label

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> Pointer:
        """Read ``{ finding = …, period = …, place = …, label = … }``."""
        select = {str(k): str(v) for k, v in spec.items() if k not in ("finding", "label", "want", "from", "to")}
        return cls(str(spec["finding"]), select, Label.parse(str(spec.get("label", ""))))

    def series(self, shelf: Shelf) -> Series:
        """Return what is pointed at.

        Raises:
            MeasureRefusal: when the finding carries no values.
        """
        finding = shelf.finding(self.finding)
        return values_of(finding).select(**self.select)


def values_of(finding: Finding) -> Series:
    """Return the series of a finding.

    Raises:
        MeasureRefusal: when it is a refusal, a verdict or a table.
    """
    if finding.series is None:
        raise MeasureRefusal(
            finding.id, f"this finding is a {finding.kind} and carries no values", ways=("point at another finding",)
        )
    return finding.series


def in_unit(series: Series, unit: str) -> float:
    """Return the single value of a series in ``unit``."""
    return float(Fraction(series.cell()) * conversion(series.unit, unit, series.name))
