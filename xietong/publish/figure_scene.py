"""What the drawing of a figure starts from: its spec, the edition, the language, the ground of its maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xietong.errors import PublishError
from xietong.library.documents import Document
from xietong.library.labels import Label, Language
from xietong.library.series import Series
from xietong.library.store import Edition
from xietong.library.units import conversion
from xietong.publish.ground import PACKED, Ground
from xietong.publish.words import unit_name

__all__ = ["Part", "Scene", "Spec", "over", "read_specs"]

Part = Mapping[str, Any]


@dataclass(frozen=True)
class Spec:
    """One figure as a study writes it."""

    id: str
    where: str
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Return the kind of the figure."""
        return str(self.data.get("kind", ""))

    @property
    def cells(self) -> list[tuple[str, dict[str, str]]]:
        """Return the findings that the figure shows, each with the labels at which it is cut."""
        parts = [part for part in (*self.data.get("parts", ()), self.data) if "finding" in part]
        return [(str(part["finding"]), {k: str(v) for k, v in part.get("select", {}).items()}) for part in parts]

    @property
    def findings(self) -> list[str]:
        """Return the ids of the findings that the figure shows."""
        return list(dict.fromkeys(name for name, _ in self.cells))

    def text(self, key: str, language: Language) -> str:
        """Return a text of the spec in one language."""
        return Label.parse(str(self.data.get(key, ""))).text(language)


def read_specs(document: Document) -> dict[str, Spec]:
    """Return the figures of a study by id."""
    return {name: Spec(name, document.where(name), spec) for name, spec in document.data.items()}


@dataclass(frozen=True)
class Scene:
    """A figure that is being drawn."""

    spec: Spec
    edition: Edition
    language: Language
    ground: Ground = PACKED

    @property
    def data(self) -> Part:
        """Return the keys of the spec."""
        return self.spec.data

    @property
    def unit(self) -> str:
        """Return the unit in which values are shown, '' for that of the findings."""
        return str(self.data.get("unit", ""))

    @property
    def axis(self) -> str:
        """Return what the axis of values is called."""
        return self.spec.text("axis", self.language) or unit_name(self.unit, self.language)

    @property
    def digits(self) -> int | None:
        """Return how many decimals are printed, None for as many as there are."""
        found = self.data.get("digits")
        return None if found is None else int(found)

    @property
    def range(self) -> tuple[float, float] | None:
        """Return the ends of the axis of values where the spec fixes them."""
        found = self.data.get("range")
        return (float(found[0]), float(found[1])) if found else None

    def height(self, fitting: int) -> int:
        """Return the height in pixels: what the spec says, else what fits."""
        return int(self.data.get("height", fitting))

    def named(self, part: Part) -> str:
        """Return the name of a part."""
        return Label.parse(str(part.get("name", ""))).text(self.language)

    def series(self, part: Part) -> Series:
        """Return the values that a part shows, cut by its ``select`` and in the figure's unit.

        Raises:
            PublishError: when the finding carries no values.
        """
        name = str(part["finding"])
        found = self.edition.finding(name).series
        if found is None:
            raise PublishError(name, "a figure needs a finding with values")
        found = found.select(**{axis: str(label) for axis, label in part.get("select", {}).items()})
        factor = float(conversion(found.unit, self.unit, name)) if self.unit else 1.0
        return found if factor == 1.0 else _scaled(found, self.unit, factor)

    def labels(self, series: Series, axis: str) -> list[str]:
        """Return the names of the labels of an axis."""
        known = self.edition.names(self.language) if axis == "place" else self.edition.concepts(self.language)
        return [known.get(label, label) for label in series.axis(axis).labels]

    def payload(self) -> Mapping[str, Any]:
        """Return what the finding of the figure carries beside values."""
        told: Mapping[str, Any] = self.edition.finding(str(self.data["finding"])).payload
        return told


def over(series: Series, axis: str) -> dict[str, float]:
    """Return the values of a series along its only axis.

    Raises:
        PublishError: when it has another axis, or none.
    """
    if [one.name for one in series.axes] != [axis]:
        names = ", ".join(one.name for one in series.axes) or "a single value"
        raise PublishError(
            series.name, f"the figure wants the axis '{axis}' alone and got {names}", ways=("cut it by select",)
        )
    return dict(zip(series.axis(axis).labels, map(float, series.values), strict=True))


def _scaled(series: Series, unit: str, factor: float) -> Series:
    return Series(
        series.name, unit, series.axes, series.values * factor, series.flags.copy(), series.grades.copy(),
        series.rows.copy(), series.benchmarks,
    )  # fmt: skip
