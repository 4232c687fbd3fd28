"""Input for efficiency: one place with a score of 1 and a slack; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array


def with_a_slack(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    inputs, outputs = (generator.uniform(0.5, 0.95, (*front, 12, 2)) for _ in range(2))
    inputs[..., 0, :], inputs[..., 1, :], outputs[..., :2, :] = (0.01, 0.5), (0.01, 0.8), 0.7
    return {"inputs": inputs, "outputs": outputs}


DATA = {"efficiency.status": with_a_slack}
