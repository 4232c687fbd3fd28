"""Numbers as printed: the exact decimal, and half a unit of its last printed digit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from xietong.errors import PackError

_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Published:
    """A number as it was printed; the true value lies within ``half_width`` if it was rounded."""

    text: str
    value: Decimal
    half_width: Decimal


def is_number(text: str) -> bool:
    """Return whether a text is a plain decimal number."""
    return _NUMBER.fullmatch(text) is not None


def read_number(text: str) -> Published:
    """Read a printed decimal such as ``43760.7``; thousands separators and footnote signs are refused, not stripped.

    Raises:
        PackError: when the text is not a plain decimal number.
    """
    if not is_number(text):
        raise PackError(
            "numbers",
            f"'{text}' is not a plain number",
            ways=("write digits with a decimal point only", "leave the cell empty when nothing is published"),
        )
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    return Published(text, value, Decimal(5).scaleb(int(exponent) - 1))
