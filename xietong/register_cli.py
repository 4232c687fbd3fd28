"""The verbs of ``xietong register``: one short function each; what they do stands in ``xietong.app.registers``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_path = click.Path(path_type=Path)
_file = click.Path(path_type=Path, dir_okay=False)
_pack = click.option("--pack", type=_path, default="packs/jingjinji", show_default=True, help="Folder of the pack.")
_language = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of labels."
)
_day = click.option("--day", default="", help="Day of which the states are shown, as 2026-11-24; today unless said.")


def _on(text: str) -> date:
    """Return a day that was asked for, today when none was."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise click.UsageError(f"'{text}' is no day; write it as 2026-11-24") from None


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return ATTRIBUTE=VALUE as a table."""
    if wrong := [one for one in texts if "=" not in one]:
        raise click.UsageError(f"'{wrong[0]}' is not of the form ATTRIBUTE=VALUE")
    return dict(one.split("=", 1) for one in texts)


def _told(text: str) -> None:
    click.echo(text, err=True)


def _ruling(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a verb what every ruling has to say."""
    for option in (
        click.option("--when", default="", help="Day of the ruling, as 2026-11-24; today unless said."),
        click.option("--why", required=True, help="Why, in one sentence; may be written '中文 | English'."),
        click.option("--who", required=True, help="Who rules: a role or an office, no personal data."),
        _pack,
    ):
        verb = option(verb)
    return verb


def _given(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a verb how the rows of a file are found."""
    for option in (
        click.option("--origin", default="", help="Publication of rows that name none, as the class lists it."),
        click.option("--header", type=click.IntRange(1), default=1, show_default=True, help="Rows of the head."),
        click.option("--cells", default="", help="Cells of the sheet, as A4:H20; all of them unless said."),
        click.option("--sheet", default="", help="Sheet of a workbook; the first unless said."),
    ):
        verb = option(verb)
    return verb


def _from(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a verb who speaks."""
    for option in (
        click.option("--jurisdiction", required=True, help="The place for which it speaks, by code or name."),
        click.option("--office", required=True, help="The office that speaks; no person's name."),
        _pack,
    ):
        verb = option(verb)
    return verb


@click.group()
def register() -> None:
    """Look into the registers of a pack, search them, rule what is one thing, bring rows in and out."""


@register.command("list")
@click.argument("kind", metavar="[CLASS]", default="")
@_pack
@_day
@_language
def overview(kind: str, pack: Path, day: str, language: Language) -> None:
    """Say what the registers hold: items, states, published totals beside what is there, lists never published."""
    from xietong.app import registers

    for line in registers.overview(pack, kind, _on(day), language):
        click.echo(line)


@register.command()
@click.argument("ref", metavar="CLASS:ITEM")
@_pack
@_day
@_language
def show(ref: str, pack: Path, day: str, language: Language) -> None:
    """Show one item: every value with publication, date and line, its states, links and merges."""
    from xietong.app import registers

    for line in registers.card(pack, ref, _on(day), language):
        click.echo(line)


@register.command()
@click.argument("text", nargs=-1)
@_pack
@click.option("--class", "kind", default="", help="Only items of this class.")
@click.option("--place", default="", help="Only items in this place or perimeter, with everything inside it.")
@click.option("--state", default="", help="Only items that are in this state today.")
@click.option("--where", multiple=True, metavar="ATTRIBUTE=VALUE", help="Only items that say so; may be repeated.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="No more lines than these.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form.")
@click.option("--out", type=_path, default="build", show_default=True, help="Folder in which the index is kept.")
@_language
def search(
    text: tuple[str, ...], pack: Path, kind: str, place: str, state: str, where: tuple[str, ...], limit: int, form: str,
    out: Path, language: Language,
) -> None:  # fmt: skip
    """Search the registers: any run of signs of a name or code, pinyin, initials; several words must all be found.

    For example: xietong register search 人民 医院 --state in_use; xietong register search bjdx
    """
    from xietong.app import registers

    filters = {"kind": kind, "place": place, "state": state}
    told = registers.search(pack, out, " ".join(text), filters, _pairs(where), limit, form, language, _told)
    click.echo(told, nl=False)


@register.command()
@click.argument("kind", metavar="CLASS")
@_pack
@click.option("--least", type=click.FloatRange(0.01, 1), default=0.6, show_default=True, help="The lowest score shown.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="No more lines than these.")
@click.option("--csv", "target", type=_file, help="Write all of them into this table, to be worked through.")
@_language
def candidates(kind: str, pack: Path, least: float, limit: int, target: Path | None, language: Language) -> None:
    """Name the items of a CLASS that may be one thing, with a score and its reasons. Nothing is merged."""
    from xietong.app import registers

    found = registers.alike(pack, kind, least)
    if target is not None:
        target.write_bytes(registers.candidates_as_csv(found, kind))
    for line in registers.candidates_as_text(found, kind, language, limit) if target is None else ():
        click.echo(line)
    left = f", {found.left_out} items in blocks too large to be compared" if found.left_out else ""
    _told(f"{len(found.all)} candidates, {found.compared} pairs compared{left}")


@register.command()
@click.argument("kept", metavar="KEPT")
@click.argument("other", metavar="OTHER")
@_ruling
def merge(kept: str, other: str, pack: Path, who: str, why: str, when: str) -> None:
    """Rule that OTHER is the same thing as KEPT, both written CLASS:ITEM. Nothing is deleted, and it can be undone."""
    from xietong.library import contributions, rulings

    contributions.finish(pack)
    click.echo(rulings.merge(pack, kept, other, _on(when).isoformat(), who, why).told())


@register.command()
@click.argument("one", metavar="ONE")
@click.argument("other", metavar="OTHER")
@_ruling
def split(one: str, other: str, pack: Path, who: str, why: str, when: str) -> None:
    """Undo the ruling that ONE and OTHER are one thing; both rulings stay in the history."""
    from xietong.library import contributions, rulings

    contributions.finish(pack)
    click.echo(rulings.split(pack, one, other, _on(when).isoformat(), who, why).told())


@register.command()
@click.argument("kind", metavar="CLASS")
@_pack
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "geojson", "dc", "lido"]), default="csv", show_default=True,
    help="Form."
)  # fmt: skip
@click.option("--to", "out", type=_path, default="exports", show_default=True, help="Folder.")
@click.option("--place", default="", help="Only items in this place or perimeter, by its code.")
@click.option("--internal", is_flag=True, help="With rows of internal publications, which are left out otherwise.")
@_day
def export(kind: str, pack: Path, form: str, out: Path, place: str, internal: bool, day: str) -> None:
    """Write a register for other programs, each row with its publication, date and line; GeoJSON for maps.

    Dublin Core and LIDO are the records of libraries and museums: one for each item, with places, rights and sources.
    """
    from xietong.app import desk
    from xietong.library.register_exports import export_register

    path, left = export_register(desk.check(pack), kind, form, out, _on(day), place=place, internal=internal)
    click.echo(path.as_posix())
    if left:
        _told(f"{left} rows of internal publications left out (--internal takes them)")


@register.command("import")
@click.argument("kind", metavar="CLASS")
@click.argument("file", type=_file)
@_pack
@_given
@click.option("--enter", is_flag=True, help="Enter the rows; without it they are only shown. All enter, or none.")
def bring(
    kind: str, file: Path, pack: Path, sheet: str, cells: str, header: int, origin: str, enter: bool
) -> None:  # fmt: skip
    """Compare the rows of a workbook or CSV with a register: what is new, changed, refused and why; then enter them."""
    from xietong.app import registers
    from xietong.library.register_imports import Sheet

    found, lines = registers.bring(pack, kind, Sheet(file, sheet, cells, header, origin), enter=enter)
    for line in lines:
        click.echo(line)
    verb = "entered" if enter else "to be entered (--enter)"
    counts = {"new": found.added, "changed": found.changed, "unchanged": found.same, "refused": found.refused}
    told = ", ".join(f"{len(rows)} {name}" for name, rows in counts.items())
    _told(f"{told}; {verb}" if found.sound else f"{told}; nothing can enter")
    if not found.sound:
        click.get_current_context().exit(1)


@register.command()
@click.argument("base", metavar="BASE_URL")
@click.option("--class", "kind", required=True, help="The class to which the records belong.")
@click.option("--origin", required=True, help="The repository as a publication, as the class lists it.")
@_pack
@click.option("--set", "chosen", default="", help="Only this set of the repository.")
@click.option("--from", "since", default="", help="Only what changed from this day on, as 2026-11-24.")
@click.option("--until", default="", help="Only what changed up to this day.")
@click.option("--mapping", type=_file, help="Which element becomes which column; a plain one unless said.")
@click.option("--parts", type=click.IntRange(1), default=10000, show_default=True, help="No more parts than these.")
@click.option("--to", "out", type=_path, default="harvests", show_default=True, help="Folder.")
@_language
def harvest(
    base: str, kind: str, origin: str, pack: Path, chosen: str, since: str, until: str, mapping: Path | None,
    parts: int, out: Path, language: Language,
) -> None:  # fmt: skip
    """Ask a repository for its records by OAI-PMH and write them as a file to look through; nothing enters by itself.

    For example: xietong register harvest https://REPOSITORY/oai --class heritage --origin museum --from 2026-01-01
    """
    from xietong.app import harvests
    from xietong.library.oai_client import Client, Limits

    days = {"since": since and _on(since).isoformat(), "until": until and _on(until).isoformat()}
    client = Client(base, Limits(parts=parts))
    told = harvests.harvest(pack, kind, origin, {"chosen": chosen, **days}, client, out, mapping, language)
    for line in told.lines:
        click.echo(line)
    if not told.sound:
        click.get_current_context().exit(1)


@register.command()
@click.argument("file", type=_file)
@click.option("--class", "kind", required=True, help="The class to which the rows belong.")
@_from
@_given
def contribute(
    file: Path, kind: str, office: str, jurisdiction: str, pack: Path, sheet: str, cells: str, header: int, origin: str
) -> None:
    """Give a FILE of rows for a register: it is checked, shown as a difference, and kept until it is ruled on."""
    from xietong.app import contributions
    from xietong.library.register_imports import Sheet

    lines, told = contributions.give(pack, kind, Sheet(file, sheet, cells, header, origin), office, jurisdiction)
    for line in (*lines, told):
        click.echo(line)


@register.command("contributions")
@_pack
@click.option("--class", "kind", default="", help="Only contributions to this class.")
@click.option(
    "--state", type=click.Choice(["", "open", "accepted", "returned"]), default="", help="Only those in this state."
)
@_language
def listed(pack: Path, kind: str, state: str, language: Language) -> None:
    """List the contributions: who gave which file when, and what was ruled, by whom and why."""
    from xietong.app import contributions

    lines, left = contributions.overview(pack, kind, state, language)
    for line in lines:
        click.echo(line)
    for line in left:
        _told(line)
    if left:
        click.get_current_context().exit(1)


@register.command()
@click.argument("number", type=click.IntRange(1), metavar="N")
@_pack
@click.option("--save", "target", type=_file, help="Write the file as it was given to this place.")
@_language
def contribution(number: int, pack: Path, target: Path | None, language: Language) -> None:
    """Show contribution N: who gave it, what it adds and changes, and what was ruled."""
    from xietong.app import contributions

    for line in contributions.shown(pack, number, target, language):
        click.echo(line)


@register.command()
@click.argument("number", type=click.IntRange(1), metavar="N")
@_from
@click.option("--reason", default="", help="Why, in one sentence.")
@_language
def accept(number: int, office: str, jurisdiction: str, pack: Path, reason: str, language: Language) -> None:
    """Accept contribution N: its rows enter the register. Only an office whose place contains theirs may."""
    from xietong.app import contributions

    click.echo(contributions.ruled(pack, number, "accepted", office, jurisdiction, reason, language))


@register.command("return")
@click.argument("number", type=click.IntRange(1), metavar="N")
@_from
@click.option("--reason", required=True, help="Why, in one sentence.")
@_language
def send_back(number: int, office: str, jurisdiction: str, pack: Path, reason: str, language: Language) -> None:
    """Return contribution N with a reason: nothing enters the register, and the file stays in the journal."""
    from xietong.app import contributions

    click.echo(contributions.ruled(pack, number, "returned", office, jurisdiction, reason, language))
