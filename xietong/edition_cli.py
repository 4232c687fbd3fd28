"""The verbs on editions: compare, comment, sign, verify; see ``app.editions`` and ``app.signing``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from xietong.system_cli import FORMS, edition_options, out_option, put, study_option

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


def _by_office(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a verb which office speaks, and when."""
    day = click.option("--when", default="", help="Day, as 2026-11-24; today unless said.")
    office = click.option("--office", required=True, help="The office that speaks; no person's name.")
    decorated: Callable[..., Any] = study_option(out_option(office(day(verb))))
    return decorated


def _day(text: str) -> str:
    try:
        return (date.fromisoformat(text) if text else date.today()).isoformat()
    except ValueError:
        raise click.UsageError(f"'{text}' is no day; write it as 2026-11-24") from None


@click.command()
@click.argument("name")
@click.option("--reason", required=True, help="What was looked through, in one sentence.")
@_by_office
def sign(name: str, reason: str, office: str, when: str, study: Path, out: Path) -> None:
    """Sign the current edition under NAME, for example 2024: no finding stale, no comment open.

    The reports are written with the signature on the cover and archived with the edition and the hash of every file;
    the study keeps who signed what in editions.csv. What was signed stays as it is: another edition takes another name.
    """
    from xietong.app import signing

    told = signing.signed(study, out, name, office, _day(when), reason, lambda text: click.echo(text, err=True))
    click.echo(told.as_posix())


@click.group()
def edition() -> None:
    """Comment on an edition, answer, list what was built and signed, verify the archive."""


@edition.command("list")
@study_option
@out_option
def listed(study: Path, out: Path) -> None:
    """List the editions that are built, the current one marked, with who signed them."""
    from xietong.app import editions

    for line in editions.listed(study, out):
        click.echo(line)


@edition.command("comment")
@click.argument("on")
@click.argument("text")
@_by_office
def comment(on: str, text: str, office: str, when: str, study: Path, out: Path) -> None:
    """Give a comment ON a finding or a passage, as gdp.region or chapters/zh/1-summary.md:12."""
    from xietong.app import editions

    click.echo(editions.commented(study, out, on, _day(when), office, text))


@edition.command("answer")
@click.argument("number", type=click.IntRange(1), metavar="N")
@click.argument("text")
@_by_office
def answer(number: int, text: str, office: str, when: str, study: Path, out: Path) -> None:
    """Answer comment N; an edition is signed only when every comment has its answer."""
    from xietong.library import reviews

    told = reviews.answer(study, number, _day(when), office, text)
    click.echo(f"comment {told.number} answered")


@edition.command("comments")
@click.option("--open", "only", is_flag=True, help="Only those without an answer.")
@study_option
def comments(only: bool, study: Path) -> None:
    """List the comments with their answers."""
    from xietong.app import editions

    for line in editions.comment_lines(study, only=only):
        click.echo(line)


@edition.command("verify")
@study_option
@out_option
def verify(study: Path, out: Path) -> None:
    """Hold the archive against what was signed: every file must have its hash. Ends with status 1 when one has not."""
    from xietong.app import signing

    wrong = 0
    for one, what in signing.verified(study, out):
        wrong += bool(what)
        click.echo(f"{one.name} {one.digest[:12]} {one.day} {one.office}: {what or 'as signed'}")
    if wrong:
        click.get_current_context().exit(1)
