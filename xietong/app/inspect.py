"""Check and decide: hard errors first, then what the detectors suspect, and what people rule on it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xietong.app import desk
from xietong.diagnosis.inspection import Inspection, as_json, covered, inspect, lines
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion
from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.decision_file import add_decisions
from xietong.library.decisions import FILE, CellRange, Decision, read_decisions
from xietong.library.documents import shown as shown_name
from xietong.library.labels import Language
from xietong.library.mapping import Mappings, read_mappings, read_sheets
from xietong.library.pack import Pack
from xietong.library.pack_sheets import pack_sheets


@dataclass(frozen=True)
class Checked:
    """A finished check: what is suspected, what was read, and the file of its decisions."""

    inspection: Inspection
    counts: str
    decisions: Path
    shown: str

    def summary(self) -> str:
        """Return what was read and how much of what is suspected is decided, in one line."""
        all_told = len(self.inspection.judged)
        return f"{self.counts}, {all_told} suspicions ({all_told - self.inspection.open} decided)"


def check(path: Path, mapping: Path | None = None, decisions: Path | None = None, *, new: bool = False) -> Checked:
    """Check a pack, a study with its pack, or a folder that a mapping describes.

    ``decisions`` is read in place of the file beside the pack or the mapping; with ``new`` it need not exist yet.

    Raises:
        Problems: with every hard error, each with ``file:line``; nothing is suspected before they are mended.
        PackError: when the folder is no pack and no mapping is given.
    """
    if decisions is not None and not new and not decisions.exists():
        raise PackError("check", "there is no such file of decisions", where=decisions.as_posix())
    if mapping is not None:
        return _check_folder(path, mapping, decisions)
    if path.is_dir() and not _is_ours(path):
        raise PackError(
            "check", "this is no pack and no study", why="nothing says what the columns of its files mean",
            ways=(
                "say what they mean in a mapping: xietong check FOLDER --mapping M.toml",
                "let a mapping be proposed: xietong import FILE --propose M.toml",
            ),
            where=path.as_posix(),
        )  # fmt: skip
    return _check_pack(desk.check(path), decisions)


def _is_ours(path: Path) -> bool:
    return any((path / name).exists() for name in ("pack.toml", "study.toml", "concepts.toml", "tables"))


def _check_pack(pack: Pack, decisions: Path | None) -> Checked:
    file, shown, ruled = pack.path / FILE, f"{shown_name(pack.path)}/{FILE}", list(pack.decisions)
    if decisions is not None:
        file, shown, ruled = decisions, decisions.name, _read(decisions)
    internal = {origin.id for origin in pack.origins.values() if origin.access == "internal"}
    case = Case(pack_sheets(pack), pack.gazetteer)
    counts = f"{pack.id}: {len(pack.tables)} tables, {len(pack.observations)} observations, {len(pack.origins)} origins"
    return Checked(inspect(case, shown_name(pack.path), pack.digest, ruled, internal), counts, file, shown)


def _check_folder(folder: Path, mapping: Path, decisions: Path | None) -> Checked:
    if not folder.is_dir():
        raise PackError("check", "there is no such folder", where=folder.as_posix())
    if _is_ours(folder):
        ways = ("leave --mapping out: a pack says itself what its columns mean",)
        raise PackError("check", "this is a pack or a study", where=folder.as_posix(), ways=ways)
    mappings = read_mappings(mapping)
    file = decisions or mapping.with_name(f"{mapping.stem}.{FILE}")
    ruled, sheets = _read(file), read_sheets(folder, mappings)
    shown, rows = shown_name(folder), sum(len(one) for one in sheets.all)
    counts = f"{shown}: {len(sheets.all)} tables, {rows} rows"
    inspection = inspect(Case(sheets, mappings.gazetteer), shown, _digest(folder, mapping, mappings), ruled)
    return Checked(inspection, counts, file, file.name)


def _read(path: Path) -> list[Decision]:
    """Return the decisions of a file, if there is one.

    Raises:
        Problems: with every problem of the file.
    """
    errors: list[XietongError] = []
    found = read_decisions(path, path.name, errors)
    if errors:
        raise Problems(f"decisions {path.name}", errors)
    return found


def _digest(folder: Path, mapping: Path, mappings: Mappings) -> str:
    """Return the SHA-256 over the mapping, and the names and bytes of the files that it describes."""
    sha = hashlib.sha256(mapping.read_bytes())
    for name in sorted({one.file for one in mappings.tables}):
        sha.update(b"\0" + name.encode() + b"\0" + (folder / name).read_bytes())
    return sha.hexdigest()


def written(checked: Checked, form: str, language: Language, command: str, *, every: bool = False) -> str:
    """Return the check as ``text``, ``json`` or ``html``; ``command`` names what was checked, for the page."""
    if form == "json":
        return as_json(checked.inspection)
    if form == "html":
        from xietong.publish.inspection_page import inspection_page

        return inspection_page(checked.inspection, language, command)
    return "".join(f"{line}\n" for line in lines(checked.inspection, language, every=every))


def ruling(
    checked: Checked, suspicion: str, verdict: str, *, who: str, why: str, when: str, was: str = "", now: str = ""
) -> Decision:
    """Return a decision on a suspicion, about the cells and in the words of the suspicion.

    Raises:
        UnknownName: when nothing of that id is suspected.
    """
    known = _raised(checked)
    if suspicion not in known:
        raise UnknownName(f"check {checked.inspection.shown}", "suspicion", suspicion, known)
    one = known[suspicion]
    cells = tuple(CellRange(c.table, c.indicator, c.place, c.period, c.source) for c in one.cells)
    return Decision(one.id, one.detector, verdict, who, when, why, cells, str(one.what), was, now)


def rulings(checked: Checked, path: Path) -> list[Decision]:
    """Return the decisions of a file that a person brings, as the page writes it.

    Raises:
        Problems: with every problem of the file, every id that is not suspected and every other detector.
    """
    if not path.exists():
        raise PackError("decide", "there is no such file", where=path.as_posix())
    found, known, errors = _read(path), _raised(checked), list[XietongError]()
    for one in found:
        who = f"decision on {one.suspicion}"
        if one.suspicion not in known:
            errors.append(UnknownName(who, "suspicion", one.suspicion, known, where=one.where))
        elif (detector := known[one.suspicion].detector) != one.detector:
            what = f"it is suspected by '{detector}' and not by '{one.detector}'"
            errors.append(PackError(who, what, where=one.where))
    if not found:
        errors.append(PackError("decide", "the file holds no decision", where=path.name))
    if errors:
        raise Problems(f"decisions {path.name}", errors)
    return found


def _raised(checked: Checked) -> dict[str, Suspicion]:
    return {one.suspicion.id: one.suspicion for one in checked.inspection.judged}


def decide(checked: Checked, new: Sequence[Decision], *, again: bool = False) -> dict[str, int]:
    """Write decisions and return, for each that excludes, how many rows are not read any more.

    Raises:
        Problems: when one of them is empty somewhere or on what is decided already; then none is written.
    """
    add_decisions(checked.decisions, checked.shown, new, again=again)
    return {one.suspicion: covered(one.cells, checked.inspection.sheets) for one in new if one.verdict == "exclude"}
