"""Random walks of places over periods, without ties."""

from __future__ import annotations

from samples.markov import PLACES, panel

DATA = {f"rank_markov.{name}": panel for name in ("full_rank", "geo_rank")}
LENGTHS = {"rank_markov.full_rank": {"rank": PLACES}}
