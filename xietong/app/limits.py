"""Limits: how often one may ask for something; counted in memory, for as long as the server runs."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from xietong.errors import AccessError

KNOWN = 10_000
"""So many askers are remembered; the one that asked longest ago is forgotten first."""


@dataclass
class Limit:
    """``count`` times within ``seconds`` for each asker; a time that was used comes back little by little."""

    what: str
    count: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, asker: str) -> None:
        """Use one time of an asker.

        Raises:
            AccessError: when none is left; it says after how many seconds there is one again.
        """
        with self._lock:
            now, rate = self.clock(), self.count / self.seconds
            left, at = self._left.pop(asker, (float(self.count), now))
            left = min(float(self.count), left + (now - at) * rate)
            enough = left >= 1
            self._left[asker] = (left - 1 if enough else left, now)
            if len(self._left) > KNOWN:
                self._left.pop(next(iter(self._left)))
        if not enough:
            wait = math.ceil((1 - left) / rate)
            raise AccessError(f"too many {self.what}", 429, ways=(f"come again in {wait} seconds",), seconds=wait)

    def give_back(self, asker: str) -> None:
        """Forget what an asker used, after it proved to be in order."""
        with self._lock:
            self._left.pop(asker, None)
