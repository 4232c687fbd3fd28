"""The verbs on editions: compare; what they do stands in ``xietong.app.editions``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from xietong.system_cli import FORMS, edition_options, put

if TYPE_CHECKING:
    Language = Literal["zh", "en"]


@click.command()
@click.argument("before", default="previous")
@click.argument("after", default="current")
@edition_options
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form.")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write into this file.")
@click.option("--section", default="", help="Only this section, by the id that the text shows in brackets.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="Lines of each table as text.")
def compare(
    before: str, after: str, study: Path, out: Path, language: Language, form: str, target: Path | None, section: str,
    limit: int,
) -> None:  # fmt: skip
    """List the numbers that moved from edition BEFORE to AFTER and why; the sentences and figures they changed.

    An edition is a file, the start of its digest, current or previous. For example: xietong compare previous current
    """
    from xietong.app import editions, pages

    page = editions.compared(before, after, study, out)
    put(pages.written(page.payload(), form, language, section=section, limit=limit), target)
