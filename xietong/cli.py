"""The command line: one short function per verb; what each does stands in ``xietong.app.desk``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from xietong import __version__
from xietong.errors import XietongError

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_DEFAULT = "studies/jingjinji"
_study = click.option(
    "--study", type=click.Path(path_type=Path), default=_DEFAULT, show_default=True, help="Folder of the study."
)
_out = click.option(
    "--out", type=click.Path(path_type=Path), default="build", show_default=True, help="Folder of what is built."
)


class _Verbs(click.Group):
    """A group whose verbs end with a message and exit status 1 on every error that is raised on purpose."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; print an error as it is written, without a trace."""
        try:
            return super().invoke(ctx)
        except XietongError as error:
            click.echo(error.text(), err=True)
            ctx.exit(1)


def _progress() -> Callable[[str], None]:
    start = time.monotonic()
    return lambda text: click.echo(f"[{time.monotonic() - start:5.1f} s] {text}", err=True)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="xietong")
def main() -> None:
    """Keep regional statistics with their sources, measure coordination, publish the annual report.

    Facts stand in a pack, choices in a study; everything else is built.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


@main.command()
@click.argument("path", type=click.Path(path_type=Path), default=_DEFAULT)
def check(path: Path) -> None:
    """Check a pack, or a study with its pack: every problem at once, each with file and line."""
    from xietong.app import desk

    pack = desk.check(path)
    click.echo(
        f"{pack.id}: {len(pack.tables)} tables, {len(pack.observations)} observations, {len(pack.origins)} origins"
    )


@main.command()
@_study
@_out
@click.option("--dry-run", is_flag=True, help="Only say what is stale and why.")
def build(study: Path, out: Path, dry_run: bool) -> None:
    """Build the edition of a study: all findings with their receipts in one immutable file."""
    from xietong.app import desk

    built = desk.build(study, out, _progress(), dry=dry_run)
    for one in built.stale if dry_run else ():
        click.echo(f"stale {one.id}: {'; '.join(one.reasons)}")
    click.echo(f"{len(built.stale)} of {built.count} findings {'are stale' if dry_run else 'made anew'}")
    click.echo(f"edition {built.digest[:12]}" if dry_run else f"edition {built.digest[:12]} {built.path.as_posix()}")


@main.command()
@click.argument("finding")
@click.argument("cell", nargs=-1)
@_study
@_out
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of labels."
)
def explain(finding: str, cell: tuple[str, ...], study: Path, out: Path, language: Language) -> None:
    """Follow a number back to the lines of the pack: FINDING and, for one cell, AXIS=LABEL …

    For example: xietong explain gdp.region period=2023
    """
    from xietong.app import desk

    wrong = [one for one in cell if "=" not in one]
    if wrong:
        raise click.UsageError(f"'{wrong[0]}' is not of the form AXIS=LABEL, for example period=2023")
    labels = dict(one.split("=", 1) for one in cell)
    for line in desk.explanation(finding, labels, study, out, language).lines():
        click.echo(line)


@main.command()
@_study
@_out
@click.option("--language", type=click.Choice(["zh", "en"]), multiple=True, help="Only this language; may be repeated.")
@click.option(
    "--format", "formats", type=click.Choice(["html", "docx", "pdf"]), multiple=True, help="Only this; may be repeated."
)
def report(study: Path, out: Path, language: tuple[Language, ...], formats: tuple[str, ...]) -> None:
    """Build the edition if it is stale and write the report: HTML, Word and PDF, in Chinese and English."""
    from xietong.app import desk

    progress = _progress()
    desk.build(study, out, progress)
    for path in desk.report(study, out, language or ("zh", "en"), formats or ("html", "docx", "pdf"), progress):
        click.echo(path.as_posix())


@main.command()
@_study
@_out
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port on 127.0.0.1.")
def serve(study: Path, out: Path, port: int) -> None:
    """Open the current edition in the browser, on 127.0.0.1 only."""
    from xietong.app import server

    site = server.application(study, out)
    click.echo(f"http://{server.HOST}:{port}/", err=True)
    server.run(site, port)
