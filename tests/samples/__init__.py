"""Valid random input for every measure: uniform numbers, unless the module of the family here makes its own.

``tests/samples/FAMILY.py`` may hold ``DATA`` (name of a measure: function of a generator and the axes in front that
returns its data), ``CHOICES`` (name: choices), ``ORDERED`` (name: axes whose labels cannot change places) and ``LENGTHS``
(name: lengths of axes that only the result has).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from xietong.measures import Facts
from xietong.measures.axes import Array

LENGTHS = {
    "place": 12, "period": 4, "sector": 3, "system": 3, "indicator": 4, "group": 2, "input": 2, "output": 2, "bad": 1,
}  # fmt: skip


def _of(family: str, kind: str) -> dict[str, Any]:
    if find_spec(f"samples.{family}") is None:
        return {}
    return dict(getattr(import_module(f"samples.{family}"), kind, {}))


def choices(one: Facts) -> dict[str, Any]:
    """Return a choice for each that must be stated, and those that the family asks for."""
    told = {
        name: choice.words[0] if choice.words else 5.0 for name, choice in one.choices.items() if choice.default is None
    }
    return {**told, **_of(one.family, "CHOICES").get(one.name, {})}


def ordered(name: str) -> set[str]:
    """Return the axes whose labels cannot change places."""
    return set(_of(name.partition(".")[0], "ORDERED").get(name, ()))


def sample(one: Facts, front: tuple[int, ...] = (), seed: int = 1) -> dict[str, Array]:
    """Return valid data; the first parameter lies below the others, so that a part is below its whole."""
    generator = np.random.default_rng(seed)
    own = _of(one.family, "DATA").get(one.name)
    data = own(generator, front) if own else {}
    for number, (name, axes) in enumerate(one.parameters.items() if not own else ()):
        shape = (*front, *(LENGTHS[axis] for axis in axes))
        low, high = (0.05, 0.5) if number == 0 else (0.5, 0.95)
        data[name] = generator.uniform(low, high, shape)
        if name in one.labels:
            data[name] = np.broadcast_to(np.arange(shape[-1]) % LENGTHS["group"], shape).copy()
    for array in data.values():
        array.setflags(write=False)
    return data


def lengths(one: Facts, data: dict[str, Array]) -> dict[str, int]:
    """Return the length of every axis of data, of the parts of the result, and the number of groups."""
    known = {"part": len(one.parts), **_of(one.family, "LENGTHS").get(one.name, {})}
    for name, axes in one.parameters.items():
        known |= dict(zip(axes, data[name].shape[data[name].ndim - len(axes) :], strict=True))
        if one.labels.get(name) == "group":
            known.setdefault("group", int(data[name].max()) + 1)
    return known
