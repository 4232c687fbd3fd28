"""Random values on the ring of places of the global measures."""

from __future__ import annotations

from typing import Any

from samples.spatial import over

ONE = ("local_moran", "quadrants", "local_getis_ord", "local_getis_ord_star")
DATA = {
    **{f"local_association.{name}": over("values") for name in ONE},
    "local_association.local_bivariate_moran": over("values", "others"),
}
ORDERED = {name: {"place"} for name in DATA}
CHOICES: dict[str, dict[str, Any]] = {name: {"permutations": 99, "seed": 3} for name in DATA}
