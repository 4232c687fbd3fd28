"""The collector of cycles, put to rest while a million small things are made that have none.

It would look through all of them again and again: half the time of reading a large pack.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Keep the collector at rest; it works again afterwards if it did before. Usable as a decorator."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()
