"""A page as one offline HTML file: tables with numbered sources, notes, what is missing, figures inside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace

from jinja2 import DictLoader, Environment, StrictUndefined

from xietong.library.labels import Language
from xietong.library.pages import Page, Row
from xietong.publish.assets_index import template_text
from xietong.publish.fonts import faces
from xietong.publish.ground import PACKED, Ground
from xietong.publish.page_figures import figure_svg
from xietong.publish.page_words import WORDS, cited, heading, is_number, marks, numbered, numeric, printed

__all__ = ["page_body", "page_html"]


def page_html(page: Page, language: Language, edition: str = "", ground: Ground = PACKED) -> str:
    """Return the page as one file without a script. The same page gives the same bytes."""
    words, style = SimpleNamespace(**_words()), template_text("page.css")
    body = page_body(page, language, ground=ground)
    template = _environment().get_template("page.html")
    whole = template.render(page=page, language=language, edition=edition, words=words, body=body, style=style)
    return whole.replace("/*faces*/", faces(whole), 1)


def page_body(
    page: Page, language: Language, refer: Callable[[Row], str] = lambda _: "", ground: Ground = PACKED
) -> str:
    """Return the sections of a page as HTML, without head or style, for a site that has its own.

    ``refer`` says where the item or the finding that a row shows has a page, '' where it has none.
    """
    return (
        _environment()
        .get_template("page_body.html")
        .render(
            page=page, language=language, words=SimpleNamespace(**_words()),
            figure=partial(figure_svg, ground=ground), heading=heading,
            printed=printed, is_number=is_number, numeric=numeric, numbered=numbered, marks=marks, cited=cited,
            refer=refer,
        )
    )  # fmt: skip


def _words() -> dict[str, object]:
    return {key.replace(" ", "_"): label for key, label in WORDS.items()}


@cache
def _environment() -> Environment:
    loader = DictLoader({name: template_text(name) for name in ("page.html", "page_body.html")})
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
