"""The verbs of ``xietong plan``: run one with other levers, list, compare; what they do stands in ``app.plans``."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from xietong.system_cli import FORMS, edition_options, language_option, put

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_file = click.Path(path_type=Path, dir_okay=False)


class _Plans(click.Group):
    """A group in which every name that is no verb is the name of a plan."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb, or the one that runs the plan of that name."""
        return super().get_command(ctx, cmd_name) or _runner(cmd_name)


@click.group(cls=_Plans)
def plan() -> None:
    """Run a plan of a study with other levers, list the plans, compare outcomes.

    For example: xietong plan ports --capacity 1.2 --format html --to ports.html. Any name that is no verb below is the
    name of a plan; xietong plan NAME --help says what it takes.
    """


@plan.command("list")
@edition_options
def listed(study: Path, out: Path, language: Language) -> None:
    """List the plans of a study."""
    from xietong.app.plans import Planner

    with Planner(study, out) as planner:
        for line in planner.listed(language):
            click.echo(line)


@plan.command()
@click.argument("files", type=_file, nargs=-1, required=True, metavar="OUTCOME...")
@language_option
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form.")
@click.option("--to", "target", type=_file, help="Write into this file.")
def compare(files: tuple[Path, ...], language: Language, form: str, target: Path | None) -> None:
    """Compare two to five outcomes, each a file written by --format json: levers, objective, lines that moved."""
    from xietong.app import pages, plans

    page = plans.compared(files)
    put(pages.written(page.payload(), form, language), target)


def _runner(name: str) -> click.Command:
    @click.command(name, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    @edition_options
    @click.option(
        "--format", "form", type=click.Choice([*FORMS, "geojson"]), default="text", show_default=True, help="Form."
    )
    @click.option("--to", "target", type=_file, help="Write into this file.")
    @click.option("--section", default="", help="Only this section of its tables.")
    @click.option("--ranges", is_flag=True, help="Solve again with each lever at both ends of its range.")
    @click.option("--keep", type=_file, help="File from which a run that was stopped goes on.")
    @click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="Lines of each table as text.")
    @click.pass_context
    def run(
        context: click.Context, study: Path, out: Path, language: Language, form: str, target: Path | None,
        section: str, ranges: bool, keep: Path | None, limit: int,
    ) -> None:  # fmt: skip
        """Solve this plan; each lever is an option with a value, as --budget "5000 beds".

        Ctrl-C stops it with the best that was found.
        """
        from xietong.app import pages, plans
        from xietong.publish.page_tables import page_geojson
        from xietong.publish.plan_page import plan_page

        asked: list[int] = []
        before = signal.signal(signal.SIGINT, lambda *_: asked.append(1))
        try:
            with plans.Planner(study, out) as planner:
                values = plans.values(planner.case(name), context.args)
                told = planner.run(
                    name, values, ranges=ranges, progress=lambda text: click.echo(text, err=True),
                    stopped=lambda: bool(asked), kept=keep,
                )  # fmt: skip
        finally:
            signal.signal(signal.SIGINT, before)
        if form == "geojson":
            put(page_geojson(told).encode(), target)
            return
        ground = pages.ground(study, out)
        shown = plan_page(told)
        put(pages.written(told, form, language, shown=shown, section=section, limit=limit, ground=ground), target)

    return run
