"""Passwords and tokens: what is kept of them tells nobody what they are.

A password is kept as scrypt (RFC 7914) of the standard library with its own salt; the cost stands in what is kept, so
that it can be raised later.  N = 2**17, r = 8, p = 1 is the least that the OWASP Password Storage Cheat Sheet asks for
(as documentation of libraries cites it); one check takes 128 MiB for a fraction of a second.  A token is drawn by the
machine, 256 bits, so that a plain digest of it is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

COST = (2**17, 8, 1)
LEAST = 12
"""So many signs a password has at least."""


def kept(password: str, cost: tuple[int, int, int] = COST) -> str:
    """Return what is kept of a password: method, cost, salt and digest."""
    salt = secrets.token_bytes(16)
    told = (salt, _digest(password, salt, cost))
    return "$".join(("scrypt", *map(str, cost), *(b64encode(one).decode() for one in told)))


def holds(password: str, told: str) -> bool:
    """Return whether a password is the one of which something was kept."""
    method, *cost, salt, digest = told.split("$")
    if method != "scrypt":
        return False
    n, r, p = map(int, cost)
    return hmac.compare_digest(_digest(password, b64decode(salt), (n, r, p)), b64decode(digest))


def _digest(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)


def drawn(size: int = 32) -> str:
    """Return a token, or a password that nobody has to think of."""
    return secrets.token_urlsafe(size)


def token_digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
