"""What the build packed beside the code: the drawing library, the fonts, and their licences, each with its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xietong.errors import PublishError

__all__ = ["ASSETS", "TEMPLATES", "Asset", "asset", "asset_index", "template_text", "verify_assets"]

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
WAY_OUT = "run `python3 scripts/make-assets` (or `make assets`) in a checkout; an installed wheel carries them"


@dataclass(frozen=True)
class Asset:
    """One packed file: where it came from, under which licence, and the digest of its bytes."""

    name: str
    package: str
    version: str
    licence: str
    licence_file: str
    sha256: str


@cache
def asset_index() -> dict[str, Asset]:
    """Return every packed asset by file name."""
    manifest = ASSETS / "manifest.json"
    if not manifest.is_file():
        raise PublishError(
            "assets",
            "the drawing library and the fonts have not been built",
            why="they are other people's work and are packed at build time, not committed",
            ways=(WAY_OUT,),
        )
    entries = json.loads(manifest.read_text(encoding="utf-8"))["assets"]
    return {entry["name"]: Asset(**entry) for entry in entries}


def asset(name: str) -> Path:
    """Return the path of the packed file ``name``, or say how to build it."""
    known = asset_index()
    path = ASSETS / name
    if name not in known or not path.is_file():
        raise PublishError("assets", f"no packed file '{name}'; there are {sorted(known)}", ways=(WAY_OUT,))
    return path


def verify_assets() -> list[str]:
    """Return the names of packed files whose bytes are not those that the build recorded."""
    return [
        name
        for name, entry in sorted(asset_index().items())
        if hashlib.sha256(asset(name).read_bytes()).hexdigest() != entry.sha256
    ]


@cache
def template_text(name: str) -> str:
    """Return the text of a template of this room."""
    return (TEMPLATES / name).read_text(encoding="utf-8")
