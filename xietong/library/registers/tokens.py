"""Tokens of the index: pairs of signs, so that any run of signs is found and no segmenter can cut a name wrongly.

A run of two or more signs is a phrase of overlapping pairs; a single sign has a token of its own. Signs are written
with four letters of a small alphabet, so that the engine's tokenizer never sees, and never drops, a character that it
does not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

BARRIER = "zz"
"""Stands between two names, so that no phrase reaches from one into the next."""
CODES, TEXTS, INITIALS = "w", "x", "y"
"""First letters of the tokens of columns; the alphabet of signs has none of them."""
RUN = 4
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


@cache
def sign_token(sign: str) -> str:
    """Return the token of a sign."""
    code = ord(sign)
    return "".join(_ALPHABET[code >> shift & 31] for shift in (15, 10, 5, 0)) if code < 1 << 20 else f"{code:06x}"


def pair_tokens(text: str, column: str = "") -> list[str]:
    """Return the tokens of the overlapping pairs of a folded text.

    Each column has tokens of its own, told apart by their first letter: the engine keeps one list for a token whatever
    columns it stands in, and the digits of a million codes would slow down a name with a digit.
    """
    told = [sign_token(sign) for sign in text]
    return [column + a + b for a, b in pairwise(told)]


def code_tokens(text: str) -> list[str]:
    """Return the tokens of a run inside a code: of four signs each where there are as many, else of pairs.

    A pair of digits stands in one code of a dozen, four digits in one of a thousand.
    """
    told = [sign_token(sign) for sign in text]
    if len(told) < RUN:
        return pair_tokens(text, CODES)
    return [CODES + "".join(told[at : at + RUN]) for at in range(len(told) - RUN + 1)]


def pairs_of_all(texts: Iterable[str], column: str = "") -> str:
    """Return the pairs of several texts with barriers between them."""
    return f" {BARRIER} ".join(" ".join(pair_tokens(text, column)) for text in dict.fromkeys(texts) if text)


def codes_of_all(texts: Iterable[str]) -> str:
    """Return the tokens by which runs inside several codes are found, with barriers between them."""
    told = dict.fromkeys(texts)
    parts = [tokens for text in told for tokens in (pair_tokens(text, CODES), code_tokens(text))]
    return f" {BARRIER} ".join(" ".join(tokens) for tokens in parts if tokens)


def signs_of_all(texts: Iterable[str]) -> str:
    """Return the token of every sign that occurs, once."""
    return " ".join(sign_token(sign) for sign in sorted({sign for text in texts for sign in text}))


@lru_cache(maxsize=1 << 16)
def mark(kind: str, *parts: str) -> str:
    """Return the token of a property by which entries are filtered."""
    return "m" + hashlib.blake2b("\0".join((kind, *parts)).encode(), digest_size=7).hexdigest()
