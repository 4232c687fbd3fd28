"""Networks of twelve places of the family networks, and few runs; all synthetic."""

from __future__ import annotations

from samples.networks import directed

NAMES = ("partition", "consensus", "quality")
DATA = {f"communities.{name}": directed for name in NAMES}
CHOICES = {f"communities.{name}": {"runs": 5} for name in NAMES}
