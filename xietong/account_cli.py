"""The verbs of ``xietong account``: who may write through the observatory; what they do stands in ``app.accounts``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    Language = Literal["zh", "en"]

_pack = click.option(
    "--pack", type=click.Path(path_type=Path), default="packs/jingjinji", show_default=True, help="Folder of the pack."
)
_language = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of labels."
)


@click.group()
def account() -> None:
    """Say which offices may contribute, review and decide through the observatory. An account is no person."""


@account.command()
@click.argument("name")
@click.option("--office", required=True, help="The office for which it speaks; no person's name.")
@click.option("--jurisdiction", required=True, help="The place for which it speaks, by code or name.")
@click.option(
    "--role", type=click.Choice(["contributor", "reviewer"]), required=True,
    help="A contributor gives entries; a reviewer also rules on those of its places.",
)  # fmt: skip
@click.option("--draw", is_flag=True, help="Draw a password and print it, once, instead of asking for one.")
@_pack
def add(name: str, office: str, jurisdiction: str, role: str, draw: bool, pack: Path) -> None:
    """Make the account NAME, a login of an office for a place. The password is asked for twice, or drawn."""
    from xietong.app import accounts
    from xietong.library.passwords import drawn

    password = drawn(18) if draw else click.prompt("password", hide_input=True, confirmation_prompt=True)
    click.echo(accounts.add(pack, name, office, jurisdiction, role, password))
    if draw:
        click.echo(f"password {password}")


@account.command("list")
@_pack
@_language
def listed(pack: Path, language: Language) -> None:
    """List the accounts: office, place, role, and when each was made."""
    from xietong.app import accounts

    for line in accounts.listed(pack, language):
        click.echo(line)


@account.command()
@click.argument("name")
@_pack
def remove(name: str, pack: Path) -> None:
    """Remove the account NAME with its password and token; its sessions end, and the log keeps what it did."""
    from xietong.app import accounts

    with accounts.accounts(pack) as kept:
        click.echo(f"{kept.remove(name).name} removed")


@account.command()
@click.argument("name")
@_pack
def token(name: str, pack: Path) -> None:
    """Make a token for programs that speak for NAME and print it, once; the one before no longer holds."""
    from xietong.app import accounts

    with accounts.accounts(pack) as kept:
        click.echo(kept.token(name))


@account.command()
@click.option("--count", type=click.IntRange(1), default=50, show_default=True, help="No more lines than these.")
@_pack
@_language
def log(count: int, pack: Path, language: Language) -> None:
    """Show who did what, when and from which address, the newest first."""
    from xietong.app import accounts

    for line in accounts.log(pack, count, language):
        click.echo(line)
