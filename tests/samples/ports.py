"""Random throughput of five ports and three cargoes, and seven places behind them; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, PORTS, CARGOES = 7, 5, 3


def by_cargo(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {"throughput": generator.uniform(0.5, 9.0, (*front, PORTS, CARGOES))}


def coast(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {
        "attractiveness": generator.uniform(0.5, 9.0, (*front, PORTS)),
        "distances": generator.uniform(0.5, 9.0, (*front, PLACES, PORTS)),
    }


def coast_and_cargo(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {"amounts": generator.uniform(0.5, 9.0, (*front, PLACES)), **coast(generator, front)}


DATA = {
    "ports.market_share": by_cargo,
    "ports.cargo_concentration": by_cargo,
    "ports.port_specialisation": by_cargo,
    "ports.hinterland_probability": coast,
    "ports.hinterland": coast_and_cargo,
    "ports.mean_haul": coast_and_cargo,
}
CHOICES = {
    "ports.hinterland_probability": {"decay": 2.0},
    "ports.hinterland": {"decay": 0.4, "form": "exponential"},
    "ports.mean_haul": {"decay": 2.0},
}
