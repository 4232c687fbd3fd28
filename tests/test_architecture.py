"""The house: who may import whom, how long a file or a function may be, and what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = sorted((ROOT / "xietong").rglob("*.py"))
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 60
HEAVY = ("numpy", "duckdb", "jinja2", "starlette", "highspy", "shapely", "docx", "typst", "tomllib")
NAMES_OF_NOTHING = {"utils", "helpers", "common", "base", "core", "misc", "util", "helper", "tools", "shared"}
MACHINE = re.compile(r"(?<![\w.~:/-])/(?:root|home|Users|work|tmp|var|opt|srv|mnt)/[\w.-]|\b[A-Z]:\\\w")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """Return the files that git knows or would add; without git, those that a source archive would hold."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode == 0:
        return [ROOT / name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [*PACKAGE, *(path for path in (ROOT / "tests").rglob("*") if path.is_file() and path.suffix != ".pyc")]


def test_rooms_import_only_what_they_may() -> None:
    pytest.importorskip("importlinter")
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(r"Contracts: \d+ kept, 0 broken", told.stdout)


def test_every_room_of_the_contract_is_there() -> None:
    rooms = {path.name for path in (ROOT / "xietong").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms == {"app", "diagnosis", "library", "measures", "plans", "publish", "recipes"}


@pytest.mark.parametrize("path", PACKAGE, ids=shown)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_OF_A_FILE
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = {
        f"{node.name}: {length}"
        for node in functions
        if (length := (node.end_lineno or 0) - node.lineno + 1 - _docstring(node)) > LINES_OF_A_FUNCTION
    }
    assert not long


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines that a docstring takes: a formula is explained at length on purpose."""
    first = node.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return (first.end_lineno or 0) - first.lineno + 1 if told else 0


@pytest.mark.parametrize("path", PACKAGE, ids=shown)
def test_nothing_prints_hides_errors_or_silences_a_checker(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        assert not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "eval", "exec")
        )
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None)
    assert not re.search(r"#\s*(TODO|FIXME|XXX|HACK)\b", text)
    assert path.stem not in NAMES_OF_NOTHING


def test_locks_and_settings_hold_no_address() -> None:
    names = (
        "requirements.lock",
        "requirements-dev.lock",
        "package-lock.json",
        "package.json",
        "pyproject.toml",
        ".npmrc",
    )
    told = [
        f"{name}:{number}"
        for name in names
        if (ROOT / name).exists()
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"https?://|--(extra-)?index-url|registry\s*=", line)
    ]
    assert (ROOT / "requirements.lock").exists()
    assert not told


def test_locks_pin_every_package_by_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[a-z])", (ROOT / name).read_text(encoding="utf-8"))
        packages = [block for block in blocks if re.match(r"[a-z0-9._-]+(\[.*\])?==", block)]
        assert packages
        assert not [block.partition("\n")[0] for block in packages if "--hash=sha256:" not in block]


def test_no_file_names_a_path_of_a_machine() -> None:
    told = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = enumerate(text.splitlines(), 1)
        told += [
            f"{shown(path)}:{number}" for number, line in lines if MACHINE.search(line) and not line.startswith("#!")
        ]
    assert not [where for where in told if not where.startswith("tests/test_architecture.py")]


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom xietong.cli import main\nmain(['--help'], standalone_mode=False)\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stderr.strip() == "[]"
    assert "check" in told.stdout


def test_the_code_knows_no_region() -> None:
    """The first region stands in packs and studies; the package names it only as the default of the command line."""
    allowed = {
        "xietong/cli.py",
        "xietong/account_cli.py",
        "xietong/register_cli.py",
        "xietong/system_cli.py",
        "xietong/app/desk.py",
        "xietong/app/server.py",
        "xietong/measures/composite.py",
    }  # the last in a reference
    named = {
        shown(path)
        for path in PACKAGE
        if re.search(r"jingjinji|京津冀|河北|hebei", path.read_text(encoding="utf-8"), re.I)
    }
    assert named <= allowed
