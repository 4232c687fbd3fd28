"""Random input for the permutation test: as for the decompositions, and few permutations."""

from __future__ import annotations

from samples.decomposition import grouped

NAME = "significance.theil_t_between_significance"
DATA = {NAME: grouped}
CHOICES = {NAME: {"permutations": 99}}
