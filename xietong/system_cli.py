"""The verb ``xietong system``: the page of a system in every form; what it does stands in ``xietong.app.pages``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_path = click.Path(path_type=Path)
FORMS = ["text", "html", "json", "csv", "xlsx"]


study_option = click.option(
    "--study", type=_path, default="studies/jingjinji", show_default=True, help="Folder of the study."
)
out_option = click.option("--out", type=_path, default="build", show_default=True, help="Folder of what is built.")
language_option = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language."
)


def edition_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a verb which edition it reads and in which language it speaks."""
    decorated: Callable[..., Any] = study_option(out_option(language_option(verb)))
    return decorated


def put(content: bytes, target: Path | None) -> None:
    """Write what was made into a file, or print it."""
    if target is None:
        click.echo(content, nl=False)
    else:
        target.write_bytes(content)
        click.echo(target.as_posix())


@click.command()
@click.argument("name", default="")
@edition_options
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form.")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write into this file.")
@click.option("--section", default="", help="Only this section, by the id that the text shows in brackets.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="Lines of each table as text.")
def system(
    name: str, study: Path, out: Path, language: Language, form: str, target: Path | None, section: str, limit: int
) -> None:
    """Show the page of a system that the programme calls for; without NAME list them.

    A page analyses registers and findings of the current edition: run xietong build first. Every line names its
    publication, date, grade and line. For example: xietong system actions --format html --to actions.html
    """
    from xietong.app import pages

    if not name:
        for line in pages.systems(study, out, language):
            click.echo(line)
        return
    payload, edition = pages.system(name, study, out)
    ground = pages.ground(study, out)
    told = pages.written(payload, form, language, edition=edition, section=section, limit=limit, ground=ground)
    put(told, target)
