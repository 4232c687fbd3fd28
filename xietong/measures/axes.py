"""The axes that measures work over: what stands in the annotations of their parameters and results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Axes:
    """The core axes of an array: the last ones, in this order."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """The array holds whole numbers from 0 and no amounts: each is the position of a label on the axis ``of``."""

    of: str = "group"


Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Cells: TypeAlias = Annotated[Array, Axes(())]
OverRegions: TypeAlias = Annotated[Array, Axes(("place",))]
OverPeriods: TypeAlias = Annotated[Array, Axes(("period",))]
OverSectors: TypeAlias = Annotated[Array, Axes(("sector",))]
OverSystems: TypeAlias = Annotated[Array, Axes(("system",))]
OverIndicators: TypeAlias = Annotated[Array, Axes(("indicator",))]
OverRegionsAndSectors: TypeAlias = Annotated[Array, Axes(("place", "sector"))]
OverRegionsAndIndicators: TypeAlias = Annotated[Array, Axes(("place", "indicator"))]
OverRegionsAndPeriods: TypeAlias = Annotated[Array, Axes(("place", "period"))]
BetweenSectors: TypeAlias = Annotated[Array, Axes(("sector", "sector"))]
BetweenClasses: TypeAlias = Annotated[Array, Axes(("class", "class"))]
OverClasses: TypeAlias = Annotated[Array, Axes(("class",))]
BetweenRegions: TypeAlias = Annotated[Array, Axes(("place", "place"))]
OverRegionsPeriodsAndIndicators: TypeAlias = Annotated[Array, Axes(("place", "period", "indicator"))]
OverRegionsAndInputs: TypeAlias = Annotated[Array, Axes(("place", "input"))]
OverRegionsAndOutputs: TypeAlias = Annotated[Array, Axes(("place", "output"))]
OverRegionsAndBads: TypeAlias = Annotated[Array, Axes(("place", "bad"))]
OverPairs: TypeAlias = Annotated[Array, Axes(("pair",))]
OverFacilities: TypeAlias = Annotated[Array, Axes(("facility",))]
OverFactors: TypeAlias = Annotated[Array, Axes(("factor",))]
OverGroups: TypeAlias = Annotated[Array, Axes(("group",))]
BetweenGroups: TypeAlias = Annotated[Array, Axes(("group", "group"))]
OverGroupsAndParts: TypeAlias = Annotated[Array, Axes(("group", "part"))]
OverParts: TypeAlias = Annotated[Array, Axes(("part",))]
OverRegionsAndParts: TypeAlias = Annotated[Array, Axes(("place", "part"))]
OverIndicatorsAndParts: TypeAlias = Annotated[Array, Axes(("indicator", "part"))]
GroupsOfRegions: TypeAlias = Annotated[Whole, Axes(("place",)), Labels()]
SubgroupsOfRegions: TypeAlias = Annotated[Whole, Axes(("place",)), Labels("subgroup")]
GroupsOfIndicators: TypeAlias = Annotated[Whole, Axes(("indicator",)), Labels()]
PlacesOfPairs: TypeAlias = Annotated[Whole, Axes(("pair",)), Labels("place")]
FacilitiesOfPairs: TypeAlias = Annotated[Whole, Axes(("pair",)), Labels("facility")]
ALONE = ("input", "output", "bad")
"""Axes on which one label is nothing unusual: a single column of a table is one input, not a table in long form."""
