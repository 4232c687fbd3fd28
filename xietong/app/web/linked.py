"""Numbers of a page with the way down: tables of the report whose numbers lead to their explanation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from xietong.app.web.site import Site, address
from xietong.library.labels import Language
from xietong.library.pages import Row
from xietong.publish.engine import figure_engine
from xietong.publish.figures import Spec, alternative, draw
from xietong.publish.numbers import Cell, Numbers
from xietong.publish.web_tables import web_blocks


def explained(finding: str, cell: Mapping[str, str], language: Language) -> str:
    """Return the address of the explanation of a number."""
    return address(f"/finding/{finding}#explanation", language, **cell)


def referred(site: Site, language: Language) -> Callable[[Row], str]:
    """Return what says where the item or the finding of a row has its page."""

    def way(row: Row) -> str:
        kind, _, item = row.ref.partition(":")
        if item and item in site.holdings.pack.registers.all.get(kind, ()):
            return address(f"/registers/{kind}/{quote(item)}", language)
        return address(f"/finding/{row.finding}", language) if row.finding in site.edition.ids else ""

    return way


@dataclass
class Linked:
    """The findings of the edition in one language, printed as the report prints them."""

    site: Site
    language: Language

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.site.edition, self.language)

    def blocks(self, make: Callable[[Numbers], str]) -> str:
        """Return a table that the report makes as HTML; ``make`` gets the numbers to make it of."""
        return web_blocks(make(self.numbers), self.numbers, self._link)

    def _link(self, cell: Cell) -> str:
        return explained(cell.finding.id, dict(cell.select), self.language)

    def figure(self, spec: Spec) -> str:
        """Return a figure of the study as the report draws it; drawn once."""
        key = (spec.id, self.language)
        if key not in self.site.drawn:
            drawing = draw(spec, self.site.edition, self.language, self.site.ground)
            title = spec.text("caption", self.language)
            spoken = alternative(spec, drawing, self.site.edition, self.language)
            self.site.drawn[key] = figure_engine().svg(
                drawing.option, drawing.width, drawing.height, title=title, description=spoken
            )
        return self.site.drawn[key]
