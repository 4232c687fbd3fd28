"""The registers of a study's pack as a repository of records: OAI-PMH on the own machine, read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from xietong.app import desk
from xietong.library.oai_provider import Repository
from xietong.library.pack import Pack

LARGEST = 10_000
"""Bytes of a question."""


@dataclass
class Records:
    """Answers questions about the pack as it was when the first came; states are those of the day of the question."""

    study: Path
    kept: Repository | None = None

    @cached_property
    def pack(self) -> Pack:
        """The pack of the study."""
        return desk.check(self.study)

    async def answer(self, request: Request) -> Response:
        """Answer a question, given in the address or as a form."""
        text = request.url.query
        if request.method == "POST":
            text = (await request.body())[: LARGEST + 1].decode("utf-8", "replace")
        if len(text) > LARGEST:
            return Response("the question is too long", status_code=413, media_type="text/plain")
        now = datetime.now(UTC)
        one = self.repository(str(request.url.replace(query="")), now.date())
        return Response(one.answer(parse_qsl(text, keep_blank_values=True), now), media_type="text/xml")

    def repository(self, base: str, day: date) -> Repository:
        """Return the repository at an address on a day; it is kept, so that a list is not made anew for each part."""
        if self.kept is None or (self.kept.base, self.kept.day) != (base, day):
            self.kept = Repository(self.pack, base, day)
        return self.kept
