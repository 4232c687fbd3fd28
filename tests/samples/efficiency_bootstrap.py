"""Choices for the bootstrap: the fewest replications that it takes."""

from __future__ import annotations

CHOICES = {"efficiency_bootstrap.bias_corrected": {"replications": 100}}
