"""The command line: one short function per verb; what each does stands in ``xietong.app.desk``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from xietong import __version__
from xietong.account_cli import account
from xietong.edition_cli import compare, edition, sign
from xietong.errors import XietongError
from xietong.match_cli import match
from xietong.neighbour_cli import neighbours
from xietong.plan_cli import plan
from xietong.register_cli import register
from xietong.site_cli import site
from xietong.system_cli import system

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_DEFAULT = "studies/jingjinji"
_PACK = "packs/jingjinji"
_study = click.option(
    "--study", type=click.Path(path_type=Path), default=_DEFAULT, show_default=True, help="Folder of the study."
)
_out = click.option(
    "--out", type=click.Path(path_type=Path), default="build", show_default=True, help="Folder of what is built."
)
_file = click.Path(path_type=Path, dir_okay=False)
_mapping = click.option("--mapping", type=_file, help="What the columns of a folder that is no pack mean (TOML).")
_decisions = click.option("--decisions", type=_file, help="Another file of decisions than the pack's or the mapping's.")


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
@_mapping
@_decisions
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True,
    help="Text, JSON, or one offline page on which decisions are written.",
)  # fmt: skip
@click.option("--out", "target", type=_file, help="Write into this file instead of printing.")
@click.option("--all", "every", is_flag=True, help="Print every line of evidence, not only the first three.")
@click.option("--strict", is_flag=True, help="End with status 1 when a suspicion is undecided.")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of text and page."
)
@click.pass_context
def check(
    context: click.Context, path: Path, mapping: Path | None, decisions: Path | None, form: str, target: Path | None,
    every: bool, strict: bool, language: Language,
) -> None:  # fmt: skip
    """Check a pack, a study with its pack, or with a mapping any folder: hard errors, then suspicions.

    Every hard error is told at once, with file and line, and ends with status 1. Where there is none, the
    detectors say what looks wrong and how sure they are; what people decided about it stands beside it.
    """
    from xietong.app import inspect

    checked = inspect.check(path, mapping, decisions)
    command = path.as_posix() + (f" --mapping {mapping.as_posix()}" if mapping else "")
    text = inspect.written(checked, form, language, command, every=every)
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write_text(text, encoding="utf-8", newline="\n")
    click.echo(checked.summary(), err=form != "text" and target is None)
    if strict and checked.inspection.open:
        context.exit(1)


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("suspicion", default="")
@click.option("--accept", is_flag=True, help="It is as published, no defect.")
@click.option("--exclude", is_flag=True, help="Its cells are not to be read.")
@click.option("--fix", metavar="WAS=NOW", default="", help="The line was corrected: what it was and what it is now.")
@click.option("--who", default="", help="Who decides: a role or an office, no personal data.")
@click.option("--why", default="", help="Why, in one sentence; may be written '中文 | English'.")
@click.option("--when", default="", help="Day of the decision, as 2026-11-24; today unless said.")
@click.option("--from", "brought", type=_file, help="Bring decisions in this file, as the page of the check writes it.")
@click.option("--again", is_flag=True, help="Decide anew: the last decision counts, those before are its history.")
@_mapping
@_decisions
def decide(
    path: Path, suspicion: str, accept: bool, exclude: bool, fix: str, who: str, why: str, when: str,
    brought: Path | None, again: bool, mapping: Path | None, decisions: Path | None,
) -> None:  # fmt: skip
    """Write down what a person rules on a SUSPICION of the check: accept, exclude or fix, with who and why.

    For example: xietong decide packs/jingjinji a1b2c3d4e5 --accept --who 核算处 --why "普查后修订 | after the census"
    """
    from xietong.app import inspect

    verdicts = [name for name, said in (("accept", accept), ("exclude", exclude), ("fix", fix)) if said]
    was, equals, now = fix.partition("=")
    if brought is None and (not suspicion or len(verdicts) != 1):
        raise click.UsageError("name a SUSPICION and say one of --accept, --exclude and --fix, or bring a file: --from")
    if brought is not None and (suspicion or verdicts or who or why or when):
        raise click.UsageError("--from brings suspicions, verdicts, who, why and when; say nothing of them beside it")
    if fix and not equals:
        raise click.UsageError(f"'{fix}' is not of the form WAS=NOW, for example 1374.2=13472")
    checked = inspect.check(path, mapping, decisions, new=True)
    if brought is not None:
        new = inspect.rulings(checked, brought)
    else:
        told = {"who": who, "why": why, "when": when or date.today().isoformat(), "was": was, "now": now}
        new = [inspect.ruling(checked, suspicion, verdicts[0], **told)]
    unread = inspect.decide(checked, new, again=again)
    click.echo(f"{len(new)} decision{'s' if len(new) > 1 else ''} written to {checked.shown}")
    for name, count in unread.items() if mapping is None else ():
        click.echo(f"{name}: values not read any more: {count}")


@main.command()
@click.argument("file", type=_file)
@click.option("--pack", type=click.Path(path_type=Path), default=_PACK, show_default=True, help="Folder of the pack.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "html", "docx"]), default="text", show_default=True,
    help="Text, JSON, a table, a page, or a Word file with comments.",
)  # fmt: skip
@click.option("--out", "target", type=_file, help="Write into this file instead of printing; needed for docx.")
@click.option("--all", "every", is_flag=True, help="Print every line of evidence, not only the first four.")
@click.option("--strict", is_flag=True, help="End with status 1 when a figure is contradicted or not comparable.")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of verdicts."
)
@click.pass_context
def audit(
    context: click.Context, file: Path, pack: Path, form: str, target: Path | None, every: bool, strict: bool,
    language: Language,
) -> None:  # fmt: skip
    """Check the figures of a text against a pack: FILE is plain text, Word, PDF or HTML, Chinese or English.

    Each figure is read as indicator, place, year and comparison, and held against every vintage that the pack has.
    What the text leaves open is said, and several readings are all shown.
    """
    from xietong.app import audit as desk

    if form == "docx" and target is None:
        raise click.UsageError("--format docx needs --out FILE")
    found = desk.run(file, pack)
    told = desk.written(found, form, language, file, every=every)
    if target is None:
        click.echo(told.decode("utf-8"), nl=False)
    else:
        target.write_bytes(told)
    if strict and not found.clean:
        context.exit(1)


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("name", default="")
@click.argument("file", type=_file, required=False)
@click.option("--by", default="", help="Measure once for every text of this column, such as the year.")
@click.option("--sheet", default="", help="Sheet of a workbook; needed when it has several tables.")
@click.option("--cells", default="", help="Cells of a workbook, as A4:H20.")
@click.option("--header", type=int, default=1, show_default=True, help="How many rows the head of these cells has.")
@click.option("--misused", is_flag=True, help="Show the usual wrong numbers beside the right one.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True,
    help="Text with the method note, JSON with everything, or the numbers as CSV.",
)  # fmt: skip
@click.option("--out", "target", type=_file, help="Write into this file instead of printing.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of text.")
@click.pass_context
def measure(
    context: click.Context, name: str, file: Path | None, by: str, sheet: str, cells: str, header: int, misused: bool,
    form: str, target: Path | None, language: Language,
) -> None:  # fmt: skip
    """Measure the columns of a file: no pack is needed. Without FILE say what a measure takes, without NAME list all.

    Every parameter of the measure is an option whose value is a column: --incomes gdp --people pop, or several
    columns, numbers, or FILE:COLUMN. So is every choice, with its value; names may be shortened.
    """
    from xietong.app import measure as bench

    if file is None:
        click.echo(bench.describe(name, language) if name else bench.catalogue(language), nl=False)
        return
    result = bench.run(name, file, context.args, by=by, sheet=sheet, cells=cells, header=header, misused=misused)
    text = bench.written(result, form, language)
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="\n")


@main.command("import")
@click.argument("file", type=_file)
@click.option("--pack", type=click.Path(path_type=Path), default=_PACK, show_default=True, help="Folder of the pack.")
@click.option(
    "--mapping", type=_file, help="What its columns mean, looked through by a person; without it one is proposed."
)
@click.option(
    "--propose", type=_file, help="Where the proposed mapping is written; FILE with .mapping.toml unless said."
)
def bring(file: Path, pack: Path, mapping: Path | None, propose: Path | None) -> None:
    """Bring a workbook, a CSV or an SDMX-CSV into a pack, in two steps.

    Without --mapping a mapping is proposed: a person looks it through and fills in the publication. With it the tables
    enter the pack, all of them or none; a second time nothing changes.
    """
    from xietong.app import exchange

    if mapping is None:
        target = propose or file.with_name(f"{file.stem}.mapping.toml")
        click.echo(f"{exchange.propose(file, pack, target)} tables proposed in {target.as_posix()}")
        return
    for one in exchange.bring(file, mapping, pack):
        before = f" in place of {one.before}" if one.before else ""
        click.echo(f"{one.name}: {one.values} values {f'written{before}' if one.changed else 'unchanged'}")


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "parquet", "sdmx-csv", "schema"]), default="csv",
    show_default=True, help="What is written; schema is a Table Schema for every table.",
)  # fmt: skip
@click.option("--to", "out", type=click.Path(path_type=Path), default="exports", show_default=True, help="Folder.")
@click.option("--concept", "concepts", multiple=True, help="Only this concept; may be repeated.")
@click.option("--internal", is_flag=True, help="With figures of internal publications, which are left out otherwise.")
def export(path: Path, form: str, out: Path, concepts: tuple[str, ...], internal: bool) -> None:
    """Write the observations of a pack, each with its publication and line, for other programs."""
    from xietong.app import exchange

    files, left = exchange.export(path, form, out, concepts, internal=internal)
    for one in files:
        click.echo(one.as_posix())
    if left:
        click.echo(f"{left} lines of internal publications left out (--internal takes them)", err=True)


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
@click.option("--since", default="", help="Tell what changed since this edition; else since the one signed last.")
@click.option("--check", is_flag=True, help="Read the files again as a stranger: every number must resolve.")
@click.option("--template", type=_file, help="Word file whose styles and page the report takes, this time.")
@click.option("--write-template", "sample", type=_file, help="Only write a Word file to make a template from.")
def report(
    study: Path,
    out: Path,
    language: tuple[Language, ...],
    formats: tuple[str, ...],
    since: str,
    template: Path | None,
    sample: Path | None,
    *,
    check: bool,
) -> None:
    """Build the edition if it is stale and write the report: HTML, Word and PDF, in Chinese and English.

    With --check each written file is read back and every number in it held against the edition; what stands for
    nothing is told with section, words around and ways out, and the command ends with status 1.
    """
    from xietong.app import desk, editions

    if sample is not None:
        desk.write_template(sample, language[0] if language else "zh")
        click.echo(sample.as_posix())
        return
    languages, forms, progress = language or ("zh", "en"), formats or ("html", "docx", "pdf"), _progress()
    desk.house_template(study, template)
    desk.build(study, out, progress)
    before = editions.found(since, study, out) if since else None
    paths = desk.report(study, out, languages, forms, progress, since=before, template=template)
    for path in paths:
        click.echo(path.as_posix())
    if check:
        _read_back(paths, study, out)


def _read_back(paths: list[Path], study: Path, out: Path) -> None:
    """Tell what a check of written files found; problems end the command with status 1."""
    from xietong.app import desk

    told = desk.checked(paths, study, out)
    for one in told:
        click.echo(one.line())
        for problem in one.problems:
            click.echo(problem.text(), err=True)
    if any(one.problems for one in told):
        click.get_current_context().exit(1)


@main.command()
@_study
@_out
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address; another than this needs accounts.")
@click.option("--certificate", type=_file, help="Certificate for https (PEM), with --key.")
@click.option("--key", type=_file, help="Key of the certificate (PEM).")
def serve(study: Path, out: Path, port: int, host: str, certificate: Path | None, key: Path | None) -> None:
    """Open the current edition in the browser, on the own machine unless --host says otherwise.

    On the own machine everybody reads; writing needs an account (xietong account). On another address reading does too.
    """
    from xietong.app import server

    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key go together")
    site = server.application(study, out, host, secure=certificate is not None)
    click.echo(f"{'https' if certificate else 'http'}://{host}:{port}/", err=True)
    if host != server.HOST and certificate is None:
        click.echo("without --certificate passwords cross the network as they are, unless a proxy encrypts", err=True)
    server.run(site, port, host, certificate, key)


for _verb in (account, compare, edition, sign):
    main.add_command(_verb)
main.add_command(plan)
main.add_command(register)
main.add_command(match)
main.add_command(neighbours)
main.add_command(system)
main.add_command(site)
