"""Signing at the desk: an edition is checked, its reports are written as signed, all is archived with its hash."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from xietong.app import desk
from xietong.errors import EditionError, Problems, XietongError
from xietong.library.reviews import ARCHIVE, Signature, comments, free_name, sign, signatures
from xietong.library.store import current_edition

MANIFEST = "manifest.json"


def signed(
    study: Path, out: Path, name: str, office: str, day: str, reason: str, progress: Callable[[str], None]
) -> Path:
    """Sign the current edition and return its folder in the archive.

    Raises:
        Problems: when it is stale, when comments are open, or when something is not said.
        EditionError: when nothing is built or the name is taken.
    """
    folder = desk.folder(study, out)
    path = current_edition(folder)
    with desk.open_edition(study, out) as edition:
        digest = edition.digest
    free_name(signatures(study), name, digest)
    if errors := [*_stale(study, out), *_open_comments(study)]:
        raise Problems("sign", errors)
    draft = Signature(name, digest, day, office, reason, "")
    files = desk.report(study, out, progress=progress, signature=draft)
    target = folder / ARCHIVE / f"{name}-{digest[:12]}"
    target.mkdir(parents=True, exist_ok=True)
    for file in (path, *files):
        shutil.copy2(file, target / file.name)
    manifest = _manifest(draft, target, [file.name for file in (path, *files)])
    (target / MANIFEST).write_text(manifest, encoding="utf-8", newline="\n")
    sign(study, Signature(name, digest, day, office, reason, hashlib.sha256(manifest.encode()).hexdigest()))
    return target


def _stale(study: Path, out: Path) -> list[XietongError]:
    built = desk.build(study, out, dry=True)
    if not built.stale:
        return []
    first = ", ".join(one.id for one in built.stale[:3])
    what = f"the edition is stale: {len(built.stale)} findings would be made anew ({first} …)"
    return [EditionError("sign", what, ways=("run xietong report", "xietong build --dry-run says why"))]


def _open_comments(study: Path) -> list[XietongError]:
    return [
        EditionError("sign", f"comment {one.number} of {one.office} on {one.on} is open: {one.text}",
                     ways=(f"xietong edition answer {one.number} TEXT --office OFFICE",))
        for one in comments(study) if one.open
    ]  # fmt: skip


def _manifest(draft: Signature, target: Path, names: list[str]) -> str:
    files = {name: hashlib.sha256((target / name).read_bytes()).hexdigest() for name in sorted(names)}
    about = {
        "name": draft.name,
        "edition": draft.digest,
        "day": draft.day,
        "office": draft.office,
        "reason": draft.reason,
    }
    return json.dumps({**about, "files": files}, ensure_ascii=False, indent=2) + "\n"


def verified(study: Path, out: Path) -> Iterator[tuple[Signature, str]]:
    """Yield every signed edition with what is wrong with its archive, '' when every file is as it was signed."""
    for one in signatures(study):
        target = desk.folder(study, out) / ARCHIVE / f"{one.name}-{one.digest[:12]}"
        yield one, _wrong(one, target)


def _wrong(one: Signature, target: Path) -> str:
    try:
        manifest = (target / MANIFEST).read_bytes()
    except OSError:
        return f"no manifest in {target.as_posix()}"
    if hashlib.sha256(manifest).hexdigest() != one.manifest:
        return "the manifest is not the one that was signed"
    files: dict[str, str] = json.loads(manifest)["files"]
    missing = [name for name in files if not (target / name).is_file()]
    if missing:
        return f"missing: {', '.join(missing)}"
    other = [name for name, told in files.items() if hashlib.sha256((target / name).read_bytes()).hexdigest() != told]
    return f"changed: {', '.join(other)}" if other else ""
