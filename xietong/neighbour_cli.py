"""The verb ``xietong neighbours``; what it does stands in ``xietong.app.neighbours``."""

from __future__ import annotations

from pathlib import Path

import click

_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_file)
@click.option("--label", required=True, metavar="COLUMN", help="Column of names, or of codes for borders.")
@click.option(
    "--by", "rule", type=click.Choice(["border", "corner", "nearest", "distance"]), required=True,
    help="A stretch of border, a point of it at least, the nearest, or all within a distance.",
)  # fmt: skip
@click.option("--longitude", metavar="COLUMN", default="", help="Column of longitudes in degrees.")
@click.option("--latitude", metavar="COLUMN", default="", help="Column of latitudes in degrees.")
@click.option("--count", type=click.IntRange(1), help="How many nearest.")
@click.option("--kilometres", type=float, help="Greatest distance, which is itself within reach.")
@click.option(
    "--ties", type=click.Choice(["all", "first"]), default="all", show_default=True,
    help="Of places as far as the last of the nearest take all, or those that come first in the file.",
)  # fmt: skip
@click.option(
    "--kernel", type=click.Choice(["uniform", "triangular", "epanechnikov", "quartic", "gaussian", "inverse"]),
    default=None, help="Weights that fall with distance; without it every link weighs 1.",
)  # fmt: skip
@click.option(
    "--bandwidth",
    type=float,
    help="Kilometres at which a kernel ends; without it the farthest neighbour of each place.",
)
@click.option("--out", "target", type=_file, help="Write into this file instead of printing.")
def neighbours(
    file: Path, label: str, rule: str, longitude: str, latitude: str, count: int | None, kilometres: float | None,
    ties: str, kernel: str | None, bandwidth: float | None, target: Path | None,
) -> None:  # fmt: skip
    """Link the places of a file, for measures of spatial association: columns from, to, weight and kilometres.

    By border or corner the column of labels holds codes of places with an outline; by nearest or distance the file has
    longitudes and latitudes. The measure then reads FILE:COLUMN: --origins links.csv:from --destinations links.csv:to
    --weights links.csv:weight.
    """
    from xietong.app import neighbours as desk

    if rule in desk.BORDERS:
        if longitude or latitude or count or kilometres or kernel:
            raise click.UsageError(f"--by {rule} takes codes and no points, number, distance or kernel")
        links = desk.by_borders(file, label, corners=rule == "corner")
    else:
        if not (longitude and latitude):
            raise click.UsageError(f"--by {rule} needs --longitude COLUMN and --latitude COLUMN")
        if (count if rule == "nearest" else kilometres) is None or (count and kilometres):
            raise click.UsageError(
                "--by nearest needs --count, --by distance --kilometres, and neither takes the other"
            )
        links = desk.by_points(
            file, label, longitude, latitude, count=count or 0, kilometres=kilometres or 0.0, ties=ties,
            kernel=kernel or "", bandwidth=bandwidth,
        )  # fmt: skip
    if target is None:
        click.echo(desk.written(links), nl=False)
    else:
        target.write_text(desk.written(links), encoding="utf-8", newline="\n")
    click.echo(desk.summary(links), err=True)
