"""The page of measures says what the measures say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from xietong.measures import all_measures

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_is_up_to_date() -> None:
    script = ROOT / "scripts" / "write-measure-docs"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_measure_is_on_the_page() -> None:
    text = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    for name, one in all_measures().items():
        zh, english = one.label.split(" | ")
        for part in (f"`{name}(", zh, english, one.formula, one.reference, f"unit `{one.unit}`"):
            assert part in text
