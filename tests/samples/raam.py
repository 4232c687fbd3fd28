"""Random tables of pairs, as for the catchments."""

from __future__ import annotations

from samples.catchments import sides

DATA = {"raam.raam": sides("people")}
ORDERED = {"raam.raam": {"place", "facility"}}
