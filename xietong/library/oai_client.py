"""Asking an OAI-PMH repository over HTTP: part after part, patiently, and never more than was allowed."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from xietong.errors import HarvestError
from xietong.library.labels import Label
from xietong.library.oai import Part, Record, identified, parsed, part, refusals

if TYPE_CHECKING:
    from lxml.etree import _Element

RESTARTS, REDIRECTS = 1, 3
_WAYS = {
    "badArgument": ("write days as 2026-11-24, --from not after --until", "leave out --set, --from and --until"),
    "noSetHierarchy": ("leave out --set: the repository has no sets",),
    "cannotDisseminateFormat": ("the repository must offer oai_dc, as the protocol demands",),
    "badVerb": ("give the base URL of an OAI-PMH 2.0 repository",),
    "badResumptionToken": ("harvest again: the repository dropped its list twice",),
}


@dataclass(frozen=True)
class Limits:
    """What a harvest may take: parts, bytes of a part, records, seconds, and how often it may ask.

    ``answer`` is for every piece of an answer, ``whole`` for all of it, ``wait`` for what a busy repository asks.
    """

    parts: int = 10_000
    size: int = 16_000_000
    records: int = 1_000_000
    answer: float = 60.0
    whole: float = 600.0
    wait: float = 300.0
    tries: int = 5


@dataclass(frozen=True)
class Harvest:
    """What a repository gave: the last state of each record by identifier, and what is to be known about it."""

    repository: str
    deletions: str
    records: Mapping[str, Record]
    faults: tuple[Label, ...]
    parts: int
    notes: tuple[Label, ...] = ()


@dataclass
class _Gathered:
    """What has come so far."""

    records: dict[str, Record] = field(default_factory=dict)
    faults: list[Label] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    size: str = ""
    again: int = 0

    def take(self, found: Part) -> str:
        """Take a part in, the last state of each record, and return how to go on."""
        self.faults += found.faults
        self.size = found.size or self.size
        for one in found.records:
            before = self.records.get(one.identifier)
            self.again += before is not None
            if before is None or one.datestamp >= before.datestamp:
                self.records[one.identifier] = one
        return found.token

    def whole(self, about: Mapping[str, str], base: str, parts: int) -> Harvest:
        """Return the harvest, with what is to be known about it."""
        notes, got, again = list[Label](), len(self.records) + len(self.faults), self.again
        if again:
            en = f"{again} records came again, the last state of each stands"
            notes.append(Label(f"{again} 条记录重复出现，各取最后一次", en))
        if self.size.isdigit() and int(self.size) != got:
            en = f"the repository announced {self.size} records and gave {got}"
            notes.append(Label(f"对方说有 {self.size} 条记录，给了 {got} 条", en))
        if len(sets := sorted({name for one in self.records.values() for name in one.sets})) > 1:
            en = f"records of {len(sets)} sets came, --set takes one: {', '.join(sets)}"
            notes.append(Label(f"来自 {len(sets)} 个集合，可用 --set 只取一个：{'、'.join(sets)}", en))
        deletions = about.get("deletedRecord", "")
        if deletions != "persistent":
            en = f"the repository keeps deletions '{deletions}': what vanished there may not be told"
            notes.append(Label(f"对方对删除的保留方式是“{deletions}”：消失的记录不一定会告知", en))
        name = about.get("repositoryName", base)
        return Harvest(name, deletions, dict(sorted(self.records.items())), tuple(self.faults), parts, tuple(notes))


@dataclass
class Client:
    """Asks one repository; ``wait`` is how it waits."""

    base: str
    limits: Limits = field(default_factory=Limits)
    wait: Callable[[float], None] = time.sleep

    def harvest(self, *, chosen: str = "", since: str = "", until: str = "") -> Harvest:
        """Return the records of a repository, of a set, and changed from a day to a day.

        Raises:
            HarvestError: when it cannot be reached, answers against the protocol, or gives more than is allowed.
        """
        about = identified(self._ask({"verb": "Identify"}))
        told = {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": chosen, "from": since, "until": until}
        asked = {key: text for key, text in told.items() if text}
        if about.get("protocolVersion") != "2.0":
            what = f"the repository speaks OAI-PMH '{about.get('protocolVersion', '')}', not 2.0"
            raise HarvestError("harvest", what, where=self.base)
        for _ in range(RESTARTS + 1):
            found = self._list(asked, about)
            if found is not None:
                return found
        raise self._refused("badResumptionToken", "")

    def _list(self, asked: Mapping[str, str], about: Mapping[str, str]) -> Harvest | None:
        """Return a whole list, None when the repository no longer knows its own token."""
        got, query = _Gathered(), dict(asked)
        for number in range(1, self.limits.parts + 1):
            root = self._ask(query)
            for code, text in refusals(root):
                if code == "noRecordsMatch":
                    return got.whole(about, self.base, number)
                if code == "badResumptionToken" and number > 1:
                    return None
                raise self._refused(code, text)
            token = got.take(part(root, self.base))
            if len(got.records) > self.limits.records:
                raise self._too_much(f"more than {self.limits.records} records")
            if not token:
                return got.whole(about, self.base, number)
            if token in got.tokens:
                what = f"the token '{token}' came twice: the list has no end"
                raise HarvestError("harvest", what, where=self.base)
            got.tokens.add(token)
            query = {"verb": "ListRecords", "resumptionToken": token}
        raise self._too_much(f"more than {self.limits.parts} parts")

    def _ask(self, query: Mapping[str, str]) -> _Element:
        return parsed(self.fetch(query), self.base)

    def fetch(self, query: Mapping[str, str]) -> bytes:
        """Return one answer; waits and asks again when the repository says so.

        Raises:
            HarvestError: when there is none.
        """
        url, redirects = f"{self.base}{'&' if '?' in self.base else '?'}{urlencode(query)}", 0
        for _ in range(self.limits.tries):
            status, headers, content = self._get(url)
            if status == 200:
                return content
            if status in (301, 302, 303, 307, 308) and headers.get("location") and redirects < REDIRECTS:
                url, redirects = urljoin(url, headers["location"]), redirects + 1
            elif status in (429, 503) and "retry-after" in headers:
                self._wait(headers["retry-after"])
            else:
                break
        ways = ("try again later",) if status in (429, 503) else ("look at the base URL",)
        raise HarvestError("harvest", f"the repository answers {status}", where=self.base, ways=ways)

    def _wait(self, told: str) -> None:
        seconds = float(told) if told.strip().isdigit() else _seconds_until(told)
        if seconds > self.limits.wait:
            what = f"the repository asks to wait {seconds:.0f} seconds, more than {self.limits.wait:.0f}"
            raise HarvestError("harvest", what, where=self.base, ways=("try again later",))
        self.wait(max(seconds, 0.0))

    def _get(self, url: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            ways = ("write http://… or https://…",)
            raise HarvestError("harvest", f"'{url}' is no address of a repository", where=self.base, ways=ways)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        try:
            with closing(kind(parts.hostname, parts.port, timeout=self.limits.answer)) as connection:
                connection.request("GET", f"{parts.path or '/'}?{parts.query}", headers={"Accept": "text/xml"})
                with connection.getresponse() as answer:
                    status, content = answer.status, self._read(answer)
                    headers = {name.lower(): text for name, text in answer.getheaders()}
        except (OSError, ValueError, http.client.HTTPException) as error:
            what = f"no answer: {error or type(error).__name__}"
            raise HarvestError("harvest", what, where=self.base, ways=("look at the base URL",)) from None
        length = headers.get("content-length", "")
        if length.isdecimal() and len(content) < min(int(length), self.limits.size):
            what, ways = f"the answer was cut off: {len(content)} of {length} bytes came", ("harvest again",)
            raise HarvestError("harvest", what, where=self.base, ways=ways)
        if len(content) > self.limits.size:
            raise self._too_much(f"an answer of more than {self.limits.size} bytes")
        if headers.get("content-encoding", "identity") != "identity":
            what = f"the answer is packed ({headers['content-encoding']}), which was not asked for"
            raise HarvestError("harvest", what, where=self.base)
        return status, headers, content

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        """Return an answer, and no more of it than just above what is allowed."""
        pieces, room, end = list[bytes](), self.limits.size + 1, time.monotonic() + self.limits.whole
        while room > 0 and (piece := answer.read1(min(room, 65536))):
            pieces.append(piece)
            room -= len(piece)
            if time.monotonic() > end:
                raise self._too_much(f"an answer that takes more than {self.limits.whole:.0f} seconds")
        return b"".join(pieces)

    def _too_much(self, what: str) -> HarvestError:
        ways = ("take less: --set, --from, --until", "raise the limit")
        return HarvestError("harvest", f"the repository gives {what}", where=self.base, ways=ways)

    def _refused(self, code: str, text: str) -> HarvestError:
        what = f"the repository refuses: {code}{f', {text}' if text else ''}"
        return HarvestError("harvest", what, where=self.base, ways=_WAYS.get(code, ()))


def _seconds_until(told: str) -> float:
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return 30.0
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
