"""A process that contributes and rules, told by its arguments; every line it prints was acknowledged by the journal.

usage: journal_worker.py PACK give TAG COUNT | rule OFFICE COUNT | both TAG COUNT | crash POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from xietong.errors import JournalError
from xietong.library import contributions
from xietong.library.register_imports import Sheet
from xietong.library.registers.journal import Journal

HEAD = "item,name,place,origin,grade\n"


def row(item: str) -> str:
    return f"{item},诊所{item},120,list2024,乙等\n"


def give(pack: Path, item: str) -> int:
    file = Path(f"{item}.csv")
    file.write_text(HEAD + row(item), encoding="utf-8")
    one, _ = contributions.contribute(pack, "clinic", Sheet(file), "西省卫生局", "120")
    print("given", one.number, item, flush=True)
    return one.number


def accept(pack: Path, number: int, office: str) -> None:
    contributions.accept(pack, number, office, "120")
    print("accepted", number, office, flush=True)


def give_many(pack: Path, tag: str, count: int) -> None:
    for at in range(count):
        give(pack, f"{tag}{at}")


def rule(pack: Path, office: str, count: int) -> None:
    """Rule on whatever is open until a number of contributions is ruled on by anybody."""
    while True:
        found, _ = contributions.contributions(pack)
        for one in found:
            if one.state != "open":
                continue
            try:
                if one.number % 3:
                    accept(pack, one.number, office)
                else:
                    contributions.send_back(pack, one.number, office, "120", "三的倍数")
                    print("returned", one.number, office, flush=True)
            except JournalError as error:
                print("beaten", one.number, error.what, flush=True)
        if sum(one.ruling is not None for one in found) >= count:
            return


def both(pack: Path, tag: str, count: int) -> None:
    for at in range(count):
        accept(pack, give(pack, f"{tag}{at}"), "西省卫生局")


def crash(pack: Path, point: str) -> None:
    """Be killed at a point of accepting the first contribution."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    match point:
        case "ruled":
            contributions.put = die
        case "drafted":
            Path.rename = die
        case "named":
            rename = Path.rename
            Path.rename = lambda *given: (rename(*given), die())
        case "put":
            Journal.place = die
    accept(pack, 1, "西省卫生局")


VERBS = {"give": give_many, "rule": rule, "both": both, "crash": crash}

if __name__ == "__main__":
    path, verb, *told = sys.argv[1:]
    VERBS[verb](Path(path), *(int(one) if one.isdigit() else one for one in told))
