"""The report: chapters, figures, tables, notes and the appendix of numbers, written as HTML, Word and PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from xietong.errors import Problems, PublishError, UnknownName, XietongError
from xietong.library.documents import shown as shown_name
from xietong.library.explanations import explain
from xietong.library.labels import Label, Language
from xietong.library.origins import Origin
from xietong.library.periods import span
from xietong.library.reviews import Signature
from xietong.library.store import Edition
from xietong.publish import (
    framework_tables,
    holdings_tables,
    index_tables,
    page_sections,
    plan_words,
    programme,
    sentences,
    tables,
)
from xietong.publish.changes import Changes, Earlier
from xietong.publish.chapters import Chapter, figure_document, read_chapters
from xietong.publish.cross_references import resolved, see
from xietong.publish.document import Document, Figure
from xietong.publish.engine import figure_engine
from xietong.publish.figure_sources import figure_source
from xietong.publish.figures import Spec, alternative, draw, read_specs
from xietong.publish.ground import PACKED, Ground, ground_of
from xietong.publish.numbers import Numbers
from xietong.publish.sources import number_index, reference_list
from xietong.publish.template import rendered
from xietong.publish.word_house import House
from xietong.publish.words import word

Progress = Callable[[str], None]
FORMATS = ("html", "docx", "pdf")
NONE = Earlier()
"""No earlier edition: the report is the first."""


@dataclass
class Desk:
    """What the references of one document share: numbers, figures, and the counters of tables and figures."""

    edition: Edition
    language: Language
    specs: Mapping[str, Spec]
    ground: Ground = PACKED
    earlier: Earlier = field(default_factory=Earlier)
    numbers: Numbers = field(init=False)
    order: list[str] = field(default_factory=list)
    counted: int = 0

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.edition, self.language)

    def functions(self) -> dict[str, Callable[..., str]]:
        """Return the functions that a chapter may call."""
        return {
            "number": self.numbers.number,
            "refusal": self.numbers.refusal,
            "verdict": lambda name: tables.verdict(self.numbers, name),
            "stated": lambda name: tables.stated(self.numbers, name),
            "table": self._table,
            "matrix": lambda name, caption: tables.matrix(self.numbers, name, self._caption(caption, [name])),
            "scorecard": lambda name, caption, task="", path="": tables.scorecard(
                self.numbers, name, self._caption(caption, [name]), task, path
            ),
            "members": lambda name, caption, place: framework_tables.members(
                self.numbers, name, self._caption(caption, [name]), place
            ),
            "side_by_side": lambda name, caption, places: framework_tables.side_by_side(
                self.numbers, name, self._caption(caption, [name]), places
            ),
            "versions": lambda name, caption: framework_tables.versions(
                self.numbers, name, self._caption(caption, [name])
            ),
            "claims": lambda names, caption: tables.claims(self.numbers, names, self._caption(caption, names)),
            "coverage": lambda name, caption, sections=(): programme.coverage(
                self.numbers, name, self._caption(caption, [name]), sections
            ),
            "targets": lambda name, caption, part="measured": programme.targets(
                self.numbers, name, self._caption(caption, [name]), part
            ),
            "count": lambda name, key, of="": programme.count(self.numbers, name, key, of),
            "listed": lambda name, key, none: programme.listed(self.numbers, name, key, none),
            "literature": lambda name, caption: programme.literature(
                self.numbers, name, self._caption(caption, [name])
            ),
            "assumptions": self._assumptions,
            "plans": lambda names, caption: plan_words.plans(self.numbers, names, self._caption(caption, names)),
            "plan": self._plan,
            "binds": self._binds,
            **self._index_tables(),
            **sentences.functions(self.numbers),
            "page": self._page,
            "missing": lambda name, caption="": page_sections.missing(
                self.numbers, name, (lambda: self._caption(caption, [name])) if caption else None
            ),
            "grades": lambda caption: holdings_tables.grades(self.numbers, self._caption(caption, [])),
            "vintages": lambda caption: holdings_tables.vintages(self.numbers, self._caption(caption, [])),
            **Changes(self.numbers, self.earlier, self.specs, self._caption).functions(),
            "figure": self._figure,
            "appendix": lambda: number_index(self.numbers),
            "references": lambda: reference_list(self.numbers),
            "see": see,
        }

    def _index_tables(self) -> dict[str, Callable[..., str]]:
        """Return the functions that print the indices of the facets."""

        def printed(table: Callable[[Numbers, str, str], str]) -> Callable[..., str]:
            return lambda name, caption: table(self.numbers, name, self._caption(caption, [name]))

        return {
            "facets": printed(index_tables.facets),
            "goalposts": printed(index_tables.goalposts),
            "choices": printed(index_tables.choices),
            "ranks": printed(index_tables.ranks),
            "sensitivity": printed(index_tables.sensitivity),
            "turning": printed(index_tables.turning),
        }

    def _caption(self, text: str, findings: Sequence[str]) -> str:
        if not text.strip():
            raise PublishError("chapter", "a table has no caption", ways=('say what it shows: caption="…"',))
        self.counted += 1
        label = f"{word('table', self.language)} {self.counted}"
        return f"{self.numbers.behind(f'table-{self.counted}', label, text, findings)} {text}"

    def _table(
        self,
        parts: str | Sequence[Sequence[str]],
        caption: str,
        rows: str,
        columns: str,
        digits: int | None = None,
        head: str = "",
    ) -> str:
        pairs = [(parts, "")] if isinstance(parts, str) else [(name, text) for name, text in parts]
        unit = tables.unit_line(self.numbers, pairs[0][0])
        full = f"{caption} ({unit})" if unit else caption
        table = tables.grid(
            self.numbers,
            self._caption(full, [name for name, _ in pairs]),
            pairs,
            rows,
            columns,
            digits=digits,
            head=head,
        )
        return f"{table}\n{self._source([(name, {}) for name, _ in pairs])}"

    def _plan(self, name: str, key: str, digits: int = 2) -> str:
        """Return one number of a plan's result, linked and noted; rates in per cent, counts as they are."""
        payload = self.edition.finding(name).payload
        assumed = {one: told["value"] for one, told in payload.get("assumptions", {}).items()}
        value = {**assumed, **payload}.get(key)
        if not isinstance(value, int | float):
            raise UnknownName(name, "number of the result", key, {**assumed, **payload})
        cell = self.numbers.cell(name, {})
        text = str(value) if isinstance(value, int) else f"{value * 100:.{digits}f}%"
        return self.numbers.whole(name, text) + self.numbers.note(cell)

    def _assumptions(self, name: str, caption: str) -> str:
        """Return what a plan assumes: the assumptions of a pace, the levers of any other plan."""
        make = plan_words.assumed if "levers" in self.edition.finding(name).payload else tables.assumptions
        return make(self.numbers, name, self._caption(caption, [name]))

    def _binds(self, name: str, row: str) -> str:
        """Return whether a constraint of a plan binds, by the start of its name."""
        binding = self.edition.finding(name).payload["binding"]
        return word("binds" if any(one.startswith(row) for one in binding) else "slack", self.language)

    def _figure(self, name: str) -> str:
        if name not in self.specs:
            raise UnknownName("chapter", "figure", name, self.specs)
        if name not in self.order:
            self.order.append(name)
        self.numbers.behind(f"figure-{self.order.index(name) + 1}", *self._label(name), self.specs[name].findings)
        source = figure_source(self.numbers, self.specs[name], self.ground)
        return f"![{self.caption(name)}](figure:{name})\n\n{source}"

    def caption(self, name: str) -> str:
        """Return the numbered caption of a figure."""
        return " ".join(self._label(name))

    def _label(self, name: str) -> tuple[str, str]:
        label = f"{word('figure', self.language)} {self.order.index(name) + 1}"
        return label, self.specs[name].text("caption", self.language)

    def _page(
        self,
        name: str,
        section: str,
        caption: str = "",
        rows: int = 10,
        columns: Sequence[str] = (),
        notes: bool = True,
        lacks: bool = True,
    ) -> str:
        told = page_sections.section_of(self.edition, name, section)
        numbered = self._caption(caption or told.title.text(self.language), [name]) if told.columns else ""
        return page_sections.printed_section(self.numbers, told, numbered, rows, columns, notes=notes, lacks=lacks)

    def _source(self, cells: Sequence[tuple[str, Mapping[str, str]]]) -> str:
        """Return the source line of a table or figure: the publications behind what it shows."""
        lines = [line for name, cell in cells for line in explain(self.edition, name, cell, self.language).leaves()]
        return f"::: source\n{word('source', self.language)}: {self.numbers.cited(lines)}.\n:::\n"


def functions_of_chapters() -> dict[str, Callable[..., str]]:
    """Return the functions that a chapter may call, for their names and arguments: there is no edition behind them."""
    return Desk(cast(Edition, None), "zh", {}).functions()


def write_report(
    edition: Edition,
    study: Path,
    folder: Path,
    languages: Sequence[Language],
    formats: Sequence[str],
    progress: Progress,
    signature: Signature | None = None,
    earlier: Earlier = NONE,
    house: House | None = None,
) -> list[Path]:
    """Write the report into ``folder`` and return the files; without a signature it is a draft.

    The Word files take the styles and the page of ``house``.

    Raises:
        Problems: with every reference of every chapter, in every language, that cannot be rendered.
    """
    shown = shown_name(study)
    _refuse_internal(edition)
    specs, ground = read_specs(figure_document(study, shown)), ground_of(edition, study)
    desks = {one: Desk(edition, one, specs, ground, earlier) for one in languages}
    bodies = _bodies([(desk, read_chapters(study, shown, one)) for one, desk in desks.items()])
    documents = []
    for (language, desk), body in zip(desks.items(), bodies, strict=True):
        progress(f"{language}: {len(desk.numbers.cells)} numbers, {desk.counted} tables, {len(desk.order)} figures")
        documents.append(replace(_document(desk, body, _figures(desk, formats), signature), house=house))
    # Pandoc and Typst work beside Python, so that two languages take less than twice the time of one.
    with ThreadPoolExecutor(len(documents)) as hands:
        return [
            path for paths in hands.map(lambda one: _files(one, folder, formats, progress), documents) for path in paths
        ]


def _files(document: Document, folder: Path, formats: Sequence[str], progress: Progress) -> list[Path]:
    """Write a document in every format and return the files."""
    written = []
    for form in formats:
        path = folder / f"report.{document.language}.{form}"
        _writer(form)(document, path)
        progress(f"{path.name} {path.stat().st_size // 1024} kB")
        written.append(path)
    return written


def _refuse_internal(edition: Edition) -> None:
    """Raise when a finding stands on an internal publication and the study does not say that it may be printed."""
    cited = edition.cited()
    internal = [origin for origin in edition.origins() if origin.access == "internal" and origin.id in cited]
    if internal and not edition.study()["about"].get("internal"):
        raise PublishError(
            "report",
            f"findings stand on {len(internal)} internal publications: {', '.join(one.id for one in internal[:5])}",
            why="what is marked access = 'internal' is not for print",
            ways=("take them out of the pack", "state internal = 'reason' in study.toml"),
        )


def _writer(form: str) -> Callable[[Document, Path], None]:
    """Return the writer of a format; each is imported only where it is used."""
    if form == "html":
        from xietong.publish.html import write_html

        return write_html
    if form == "docx":
        from xietong.publish.word import write_word

        return write_word
    if form == "pdf":
        from xietong.publish.pdf import write_pdf

        return write_pdf
    raise UnknownName("report", "format", form, FORMATS)


def _bodies(desks: Sequence[tuple[Desk, Sequence[Chapter]]]) -> list[str]:
    """Return the text of each language.

    Raises:
        Problems: with every reference of every chapter that cannot be rendered.
    """
    errors: list[XietongError] = []
    bodies = []
    for desk, chapters in desks:
        texts: dict[str, str] = {}
        for chapter in chapters:
            try:
                texts[chapter.shown] = rendered(chapter.text, chapter.shown, desk.functions())
            except Problems as problems:
                errors += problems.errors
            except XietongError as error:
                errors.append(error)
        if not errors:
            referred = resolved(texts, desk.order, desk.numbers.shown, desk.language)
            bodies.append("\n\n".join([*referred, desk.numbers.notes()]))
    if errors:
        raise Problems("report", errors)
    return bodies


def _figures(desk: Desk, formats: Sequence[str]) -> dict[str, Figure]:
    """Return every figure, drawn once for all formats; only Word needs points."""
    engine = figure_engine()
    figures = {}
    for name in desk.order:
        spec = desk.specs[name]
        drawing = draw(spec, desk.edition, desk.language, desk.ground)
        caption, alt = desk.caption(name), alternative(spec, drawing, desk.edition, desk.language)
        svg = engine.svg(drawing.option, drawing.width, drawing.height, title=caption, description=alt)
        entry = f"s-figure-{desk.order.index(name) + 1}"
        figures[name] = Figure(svg, engine.png(svg) if "docx" in formats else b"", caption, alt, entry)
    return figures


def _newest(cited: Iterable[Origin]) -> str:
    """Return the date of the newest publication that a document cites; of a span counts when it begins."""
    dated = [origin.edition for origin in cited if origin.edition]
    return max(dated, key=lambda text: span(text).start, default="")


def _standing(digest: str, signature: Signature | None) -> Label:
    """Return the line of the cover that names the edition and says whether it was signed."""
    if signature is None:
        return Label(f"版本 {digest}（草稿）", f"Edition {digest} (draft)")
    one = signature
    return Label(
        f"{one.name} 版 {digest}，{one.office} {one.day} 签发",
        f"Edition {one.name} {digest}, signed by {one.office}, {one.day}",
    )


def _document(desk: Desk, body: str, figures: Mapping[str, Figure], signature: Signature | None = None) -> Document:
    about: Mapping[str, Any] = desk.edition.study()["about"]
    language, edition = desk.language, desk.edition
    newest = _newest(desk.numbers.references.origins.values())
    date_line = f"所引出版物截至 {newest}" if language == "zh" else f"Publications cited up to {newest}"
    label = _standing(edition.digest[:12], signature).text(language)
    abstract, _, rest = body.partition("<!-- abstract ends -->")
    if not rest:
        abstract, rest = "", body
    title, subtitle = (Label.parse(str(about.get(key, ""))).text(language) for key in ("title", "subtitle"))
    return Document(language, title, subtitle, label, date_line, abstract.strip(), rest.strip(), figures, title)
