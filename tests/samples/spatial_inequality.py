"""Random values on the ring of places of the global measures."""

from __future__ import annotations

from samples.spatial import over

NAME = "spatial_inequality.spatial_gini"
DATA = {NAME: over("values")}
ORDERED = {NAME: {"place"}}
CHOICES = {NAME: {"permutations": 99, "seed": 3}}
