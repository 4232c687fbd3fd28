"""Texts that no spreadsheet takes for a formula."""

from __future__ import annotations

import unicodedata

STARTS = ("=", "+", "-", "@", "|", "%")
"""What begins a formula, or a command, in one spreadsheet or another; their full-width forms do too."""
_BEFORE = " \"'\u00a0\u200b\u2060\u3000\ufeff"


def guarded(text: str) -> str:
    """Return a text with an apostrophe in front when a spreadsheet may take it for a formula."""
    begins = unicodedata.normalize("NFKC", text.lstrip(_BEFORE)[:1])
    return f"'{text}" if begins.startswith((*STARTS, "\t", "\r", "\n")) else text


def unguarded(text: str) -> str:
    """Return a guarded text as it was."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text
