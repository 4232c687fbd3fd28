"""The verb ``xietong match``; what it does stands in ``xietong.app.matching``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--offers", type=_file, required=True, help="File of offers, one a line: CSV or a workbook.")
@click.option("--needs", type=_file, required=True, help="File of needs, one a line.")
@click.option(
    "--count", type=click.IntRange(1), default=5, show_default=True, help="Offers that are named for each need."
)
@click.option(
    "--require", multiple=True, type=click.Choice(["field", "place", "readiness", "budget"]),
    help="Leave out pairs that do not fit in this; may be repeated. Pairs of which it is not told stay.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True,
    help="Text, JSON or CSV.",
)  # fmt: skip
@click.option("--out", "target", type=_file, help="Write into this file instead of printing.")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the text."
)
def match(
    offers: Path, needs: Path, count: int, require: tuple[str, ...], form: str, target: Path | None, language: Language
) -> None:
    """Bring offers and needs of technology together by their texts, with the reason for each match.

    Columns are found by name: name (名称), and as far as there are any item (编号), summary (内容), field (领域),
    place (地点), readiness (成熟度), price or budget (报价, 预算), capacity (可承接数). Every row has a name; an
    offer serves one unless it says how many.
    """
    from xietong.app import matching

    matches, notes = matching.match(offers, needs, count=count, require=require)
    text = matching.written(matches, form, language)
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write_text(text, encoding="utf-8", newline="\n")
    for note in notes:
        click.echo(note, err=True)
    assigned = sum(one.assigned for one in matches)
    told = len({one.need.id for one in matches})
    click.echo(f"{len(matches)} matches for {told} needs, {assigned} assigned", err=True)
