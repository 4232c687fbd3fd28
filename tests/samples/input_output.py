"""Random tables of five sectors, each buying about half of its output; all synthetic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xietong.measures.axes import Array

SECTORS = 5


def tables(*names: str) -> Callable[[np.random.Generator, tuple[int, ...]], dict[str, Array]]:
    """Return a maker of flows with an output above them, and further data over sectors by name."""

    def make(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
        flows = generator.uniform(0.0, 10.0, (*front, SECTORS, SECTORS))
        data = {"flows": flows}
        if "imports" not in names and "value_added" not in names:
            data["output"] = np.maximum(flows.sum(axis=-1), flows.sum(axis=-2)) * generator.uniform(
                1.3, 2.5, (*front, SECTORS)
            )
        return data | {name: generator.uniform(1.0, 20.0, (*front, SECTORS)) for name in names}

    return make


DATA = {
    "input_output.leontief_inverse": tables(),
    "input_output.output_for_demand": tables("demand"),
    "input_output.output_multiplier": tables(),
    "input_output.ghosh_inverse": tables(),
    "input_output.ghosh_multiplier": tables(),
    "input_output.backward_linkage": tables(),
    "input_output.forward_linkage": tables(),
    "input_output.extraction_loss": tables(),
    "input_output.emission_multiplier": tables("emissions"),
    "input_output.embodied_emissions": tables("emissions", "demand"),
}
