"""The desk: check, build, explain and report in one place, for the command line, for Python and for the web."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xietong.errors import Problems, PublishError, UnknownName, XietongError
from xietong.library.explanations import Node, explain
from xietong.library.labels import Language
from xietong.library.pack import Pack, read_pack
from xietong.library.reviews import Signature, signature_of
from xietong.library.store import Edition, current_edition

if TYPE_CHECKING:
    from xietong.publish.word_house import House
    from xietong.publish.written import Checked
    from xietong.recipes.build import Built, Room

Progress = Callable[[str], None]

STUDY = Path("studies/jingjinji")
OUT = Path("build")


def _quiet(_: str) -> None:
    """Say nothing."""


def folder(study: Path, out: Path = OUT) -> Path:
    """Return where editions of a study are kept."""
    return out / study.resolve().name


def rooms() -> tuple[Room, ...]:
    """Return the rooms that judge and plan over the findings of a study, in the order in which they speak."""
    from xietong.diagnosis.claims import claim_jobs
    from xietong.diagnosis.coverage import coverage_jobs
    from xietong.diagnosis.framework import framework_jobs
    from xietong.diagnosis.literature import literature_jobs
    from xietong.diagnosis.members import member_jobs
    from xietong.diagnosis.robustness import index_jobs
    from xietong.diagnosis.systems.kinds import system_jobs
    from xietong.diagnosis.targets import target_jobs
    from xietong.diagnosis.versions import version_jobs
    from xietong.plans.kinds import plan_jobs
    from xietong.plans.pace import pace_jobs

    framed = (framework_jobs, member_jobs, version_jobs)
    judged = (claim_jobs, *framed, index_jobs, coverage_jobs, target_jobs, literature_jobs, system_jobs)
    return *judged, pace_jobs, plan_jobs


def check(path: Path) -> Pack:
    """Read a pack, or the pack and choices of a study, and return the pack.

    Raises:
        Problems: with every problem, each with ``file:line``.
    """
    if not (path / "study.toml").exists():
        return read_pack(path)
    from xietong.publish.chapters import chapter_problems
    from xietong.publish.report import functions_of_chapters
    from xietong.recipes.build import measure_jobs
    from xietong.recipes.jobs import ordered
    from xietong.recipes.study import read_study

    study = read_study(path)
    errors: list[XietongError] = []
    jobs = [job for room in (measure_jobs, *rooms()) for job in room(study, errors)]
    if not errors:
        ordered(jobs)
        errors += chapter_problems(path, study.shown, [job.id for job in jobs], functions_of_chapters())
        try:
            house_template(path)
        except XietongError as error:
            errors.append(error)
    if errors:
        raise Problems(f"study {study.shown}", errors)
    return study.pack


def build(study: Path = STUDY, out: Path = OUT, progress: Progress = _quiet, *, dry: bool = False) -> Built:
    """Build the current edition of a study, or with ``dry`` say what is stale and why.

    Raises:
        Problems: with every problem; for findings that cannot be made, with the sentences and figures that need them.
    """
    from xietong.publish.chapters import needed_by
    from xietong.recipes.build import BuildFailed
    from xietong.recipes.build import build as run

    try:
        return run(study, folder(study, out), rooms(), progress, dry=dry)
    except BuildFailed as failure:
        errors = [*failure.errors, *needed_by(study, failure.failed)]
        raise Problems(failure.who, errors) from failure


def open_edition(study: Path = STUDY, out: Path = OUT) -> Edition:
    """Open the current edition of a study.

    Raises:
        EditionError: when nothing is built.
    """
    return Edition.open(current_edition(folder(study, out)))


def explanation(
    name: str, cell: dict[str, str], study: Path = STUDY, out: Path = OUT, language: Language = "zh"
) -> Node:
    """Explain a finding of the current edition down to the lines of the pack.

    Raises:
        UnknownName: when there is no such finding, axis or label.
    """
    with open_edition(study, out) as edition:
        return explain(edition, name, cell, language)


def report(
    study: Path = STUDY,
    out: Path = OUT,
    languages: Sequence[Language] = ("zh", "en"),
    formats: Sequence[str] = ("html", "docx", "pdf"),
    progress: Progress = _quiet,
    *,
    signature: Signature | None = None,
    since: Path | None = None,
    template: Path | None = None,
) -> list[Path]:
    """Write the report of the current edition in the given languages and formats and return the files.

    It says on its cover who signed it, by ``signature`` or as the study has it, or that it is a draft. What changed is
    told against the edition ``since``, or the one that was signed last before this. The Word files take styles and
    page from ``template``, or from the file that the study names; what that lacks is told.

    Raises:
        Problems: when a chapter refers to what is not there.
        PublishError: when the template is no Word file with the styles of titles and headings.
        EditionError: when nothing is built.
    """
    from xietong.app.predecessors import earlier
    from xietong.publish.report import write_report

    house = house_template(study, template) if "docx" in formats else None
    for note in house.notes() if house else ():
        progress(note)
    with open_edition(study, out) as edition:
        known = signature or signature_of(study, edition.digest)
        with earlier(study, folder(study, out), edition.digest, since) as before:
            return write_report(edition, study, folder(study, out), languages, formats, progress, known, before, house)


def checked(paths: Sequence[Path], study: Path = STUDY, out: Path = OUT) -> list[Checked]:
    """Check written reports against the current edition: every number stands for something that it has.

    The files are named as `report` names them, ``report.LANGUAGE.FORMAT``; several of one language must hold the same
    numbers in the same order.

    Raises:
        UnknownName: when a name has no language or format of a report.
        PublishError: when a PDF has no tags.
        EditionError: when nothing is built.
    """
    from xietong.library.documents import shown
    from xietong.publish.chapters import LANGUAGES, figure_document
    from xietong.publish.figures import read_specs
    from xietong.publish.written import check_files

    files: dict[Path, Language] = {}
    for path in paths:
        told = path.name.split(".")[-2:-1]
        language = next((one for one in LANGUAGES if [one] == told), None)
        if language is None:
            raise UnknownName(path.name, "language", "".join(told), LANGUAGES)
        files[path] = language
    specs = read_specs(figure_document(study, shown(study)))
    with open_edition(study, out) as edition:
        return check_files(edition, files, specs)


def house_template(study: Path, template: Path | None = None) -> House | None:
    """Return the house template: the file ``template``, or the one that the study names, or none.

    Raises:
        PublishError: when the file is no Word file with the styles of titles and headings.
    """
    from xietong.library.documents import Document, shown
    from xietong.publish.word_house import house_of

    if template is not None:
        return house_of(template)
    about = Document.read(study / "study.toml", f"{shown(study)}/study.toml")
    named = str(about.data.get("house_template", ""))
    return house_of(study / named, about.where("house_template")) if named else None


def write_template(path: Path, language: Language = "zh") -> None:
    """Write the Word file from which a house makes its own: our styles, each shown by a line of its own.

    Raises:
        PublishError: when there is such a file already.
    """
    from xietong.publish.word_house import sample_template

    if path.exists():
        raise PublishError("template", f"'{path.name}' is there already", ways=("choose another name",))
    path.write_bytes(sample_template(language))
