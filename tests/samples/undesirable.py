"""Input for the directional distance: one place that could not cut its bads for nothing; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array


def with_a_slope(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    inputs, outputs, bads = (generator.uniform(0.5, 0.95, (*front, 12, kinds)) for kinds in (2, 2, 1))
    inputs[..., :2, :], outputs[..., 0, :], outputs[..., 1, :] = 0.1, 1.0, 0.95
    bads[..., 0, :], bads[..., 1, :] = 0.5, 2.0
    return {"inputs": inputs, "outputs": outputs, "bads": bads}


DATA = {"undesirable.directional_distance": with_a_slope}
