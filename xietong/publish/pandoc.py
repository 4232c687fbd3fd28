"""Runs pandoc: it may read no file, ask no network, and has limits of time and memory."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from xietong.errors import PublishError

__all__ = ["convert", "convert_to_file"]

SECONDS = 90
"""What one translation may take."""
MEMORY = ("+RTS", "-M1500m", "-RTS")
"""What pandoc may hold in memory."""


def convert(text: str, *, source: str, target: str, arguments: Sequence[str] = ()) -> str:
    """Return ``text`` as pandoc translates it; pandoc may read no file and ask no network, and has a limit of time."""
    return _pandoc(text, source, target, arguments).decode()


def convert_to_file(text: str, path: Path, *, source: str, target: str, arguments: Sequence[str] = ()) -> None:
    """Write ``text`` to ``path`` in a format of bytes."""
    _pandoc(text, source, target, [*arguments, f"--output={path}"])


def _pandoc(text: str, source: str, target: str, arguments: Sequence[str]) -> bytes:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), *MEMORY, "--sandbox", f"--from={source}", f"--to={target}", *arguments]
    way = f"{source.partition('-')[0]} to {target}"
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as fault:
        what = f"not done after {SECONDS} s"
        raise PublishError("pandoc", what, why=way, ways=("look for brackets or emphasis that never close",)) from fault
    if done.returncode:
        raise PublishError("pandoc", done.stderr.decode(errors="replace").strip() or "it stopped", why=way)
    return done.stdout
