"""Programs of the system that some tests need: a browser, an office suite, a PDF reader."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(program: str) -> str:
    """Return the path of a program; fail without it, or skip by name when ALLOW_MISSING=1 asks for that."""
    path = shutil.which(program)
    if path is None and os.environ.get("ALLOW_MISSING") == "1":
        pytest.skip(f"'{program}' is not installed and ALLOW_MISSING=1")
    assert path is not None, f"'{program}' is not installed: run scripts/system-deps as root, or set ALLOW_MISSING=1"
    return path
