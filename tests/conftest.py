"""What the tests share: a copy of the small synthetic region to change, and one build of the real study."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, settings
from system import needed

from xietong.app.desk import rooms
from xietong.errors import Problems, XietongError
from xietong.library.findings import Finding
from xietong.library.ledger import Ledger, fill
from xietong.library.pack import Pack, read_pack
from xietong.library.store import Edition
from xietong.recipes.build import Built, build, measure_jobs
from xietong.recipes.jobs import Shelf, ordered
from xietong.recipes.study import Study, read_study

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "small"
ROOMS = rooms()

# The same examples on every machine, whatever its speed; `make fuzz` draws others and more of them.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "fuzz", settings.get_profile("same"), derandomize=False, database=None, print_blob=True, max_examples=1000
)
settings.load_profile("same")


def quiet(_: str) -> None:
    """Say nothing."""


@contextmanager
def ledger(pack: Pack) -> Iterator[Ledger]:
    with duckdb.connect() as connection:
        fill(connection, pack)
        yield Ledger(connection, pack)


@dataclass(frozen=True)
class Workshop:
    """A copy of the small pack and study; messages name its files as ``small/…``."""

    path: Path

    @property
    def study(self) -> Path:
        return self.path / "study"

    def read(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.path / file).parent.mkdir(parents=True, exist_ok=True)
        (self.path / file).write_text(text, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        text = self.read(file)
        assert text.count(old) == 1, f"'{old}' stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def append(self, file: str, text: str) -> int:
        """Add text at the end of a file and return the number of its first line."""
        before = self.read(file)
        self.write(file, before + text)
        return before.count("\n") + 1

    def origin(self, name: str, like: str, **keys: str) -> None:
        """Add a publication of table ``output`` that is like another but for some keys."""
        file = "pack/tables/output.toml"
        told = tomllib.loads(self.read(file))["origins"][like] | keys
        self.append(file, f"\n[origins.{name}]\n" + "".join(f'{key} = "{text}"\n' for key, text in told.items()))

    def line(self, file: str, start: str) -> str:
        """Return ``small/file:line`` of the only line that begins with ``start``."""
        found = [number for number, line in enumerate(self.read(file).splitlines(), 1) if line.startswith(start)]
        assert len(found) == 1, f"{len(found)} lines of {file} begin with '{start}'"
        return f"small/{file}:{found[0]}"

    def pack(self) -> Pack:
        return read_pack(self.path / "pack", "small/pack")

    def pack_errors(self) -> tuple[XietongError, ...]:
        with pytest.raises(Problems) as caught:
            self.pack()
        return caught.value.errors

    def read_study(self) -> Study:
        return read_study(self.study)

    def build(self, *, dry: bool = False) -> Built:
        return build(self.study, self.path / "out", ROOMS, quiet, dry=dry)

    def build_errors(self) -> tuple[XietongError, ...]:
        with pytest.raises(Problems) as caught:
            self.build()
        return caught.value.errors

    def edition(self) -> Edition:
        return Edition.open(self.build().path)

    def finding(self, text: str, name: str = "extra") -> Finding:
        """Add a finding to the study and return what is derived; nothing is written."""
        self.write("study/findings/extra.toml", f'["{name}"]\nlabel = "另 | Extra"\ndigits = 1\n{text}\n')
        study = self.read_study()
        errors: list[XietongError] = []
        jobs = [job for room in (measure_jobs, *ROOMS) for job in room(study, errors)]
        if errors:
            raise Problems("study", errors)
        wanted = _needed(list(ordered(jobs)), name)
        with ledger(study.pack) as one:
            shelf = Shelf(study, one)
            for job in wanted:
                shelf.findings[job.id] = job.run(shelf, "", job.parts(shelf))
        return shelf.findings[name]


def _needed(jobs: list, name: str) -> list:
    names = {name}
    for job in reversed(jobs):
        if job.id in names:
            names |= set(job.needs)
    return [job for job in jobs if job.id in names]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    shutil.copytree(SMALL, tmp_path / "small")
    monkeypatch.chdir(tmp_path)
    return Workshop(tmp_path / "small")


@pytest.fixture(scope="session")
def jingjinji(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    """One build of the real study for the whole session; paths are named from the root of the repository."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        built = build(Path("studies/jingjinji"), tmp_path_factory.mktemp("jingjinji"), ROOMS, quiet)
    finally:
        os.chdir(before)
    with Edition.open(built.path) as edition:
        yield edition


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a private server of PostgreSQL."""
    needed("pg_ctlcluster")
    script, folder = str(ROOT / "scripts" / "private-postgresql"), tempfile.mkdtemp()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = subprocess.run(
        [script, "start", folder, str(port), "fsync=off"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    yield told.stdout.strip()
    subprocess.run([script, "stop", folder], check=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def published(jingjinji: Edition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what is built that holds the edition of the real study, to serve it from."""
    out = tmp_path_factory.mktemp("published")
    folder = out / "jingjinji"
    folder.mkdir()
    shutil.copy(jingjinji.path, folder / jingjinji.path.name)
    (folder / "current").write_text(jingjinji.path.name + "\n", encoding="utf-8")
    return out


@pytest.fixture
def copied(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the real pack and study to change, and in ``build`` what was built of them."""
    for folder in ("packs", "studies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copytree(published, tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def rows_at() -> Callable[[str], list[str]]:
    """Return a function that gives the cells of the row of a CSV that begins at ``file:line``."""
    files: dict[str, dict[int, list[str]]] = {}

    def read(where: str) -> list[str]:
        name, _, line = where.rpartition(":")
        if name not in files:
            with (ROOT / name).open(encoding="utf-8-sig", newline="") as file:
                reader, start = csv.reader(file), 1
                files[name] = {}
                for row in reader:
                    files[name][start] = row
                    start = reader.line_num + 1
        return files[name][int(line)]

    return read
