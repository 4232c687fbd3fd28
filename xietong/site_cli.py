"""The verb ``xietong site``: the observatory as a folder of files; see ``xietong.app.site_files``."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import click

from xietong.system_cli import out_option, study_option


@click.command()
@study_option
@out_option
@click.option(
    "--to", "folder", type=click.Path(path_type=Path),
    help="Folder of the site: new, empty, or of a former site; 'site' beside the edition unless said.",
)  # fmt: skip
@click.option(
    "--format", "forms", type=click.Choice(["html", "docx", "pdf"]), multiple=True, default=("html",),
    show_default=True, help="Report to go with it; may be repeated.",
)  # fmt: skip
@click.option("--when", default="", help="Day as of which states of items are told, as 2026-11-24; today unless said.")
def site(study: Path, out: Path, folder: Path | None, forms: tuple[str, ...], when: str) -> None:
    """Write the observatory into a folder that is read without a server: from a disk, a stick, or any web space.

    The edition is built if it is stale, and the report written. Every page of xietong serve is there in both languages
    but for what somebody would have to answer: searches, runs of plans, audits, contributions.
    """
    from xietong.app import desk, site_files

    try:
        day = date.fromisoformat(when) if when else date.today()
    except ValueError:
        raise click.UsageError(f"'{when}' is no day; write it as 2026-11-24") from None
    start = time.monotonic()

    def progress(text: str) -> None:
        click.echo(f"[{time.monotonic() - start:5.1f} s] {text}", err=True)

    target = folder or desk.folder(study, out) / "site"
    site_files.Folder(target).begin()
    desk.build(study, out, progress)
    reports = frozenset(path.name for path in desk.report(study, out, ("zh", "en"), forms, progress))
    told = site_files.write_site(study, out, target, day, reports)
    progress(f"{told.files} files, {told.bytes / 1e6:.1f} MB; {told.removed} of a former site removed")
    click.echo((told.folder / "index.html").as_posix())
