"""Asks the observatory without a network: one request straight into the application."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Answer:
    """Status, headers and unpacked body of an answer."""

    status: int
    headers: dict[str, str]
    sent: bytes

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.sent) if self.headers.get("content-encoding") == "gzip" else self.sent

    @property
    def text(self) -> str:
        return self.body.decode("utf-8-sig")


def ask(app: Any, address: str, **headers: str) -> Answer:
    """Return the answer of an application to GET."""
    return asyncio.run(asked(app, address, **headers))


async def asked(app: Any, address: str, **headers: str) -> Answer:
    path, _, query = address.partition("#")[0].partition("?")
    told = {"host": "127.0.0.1", "accept-encoding": "gzip"} | {
        key.replace("_", "-"): text for key, text in headers.items()
    }
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(key.encode(), text.encode()) for key, text in told.items()], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    started: dict[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        started.update(message if message["type"] == "http.response.start" else {})
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    found = {key.decode().lower(): text.decode() for key, text in started["headers"]}
    return Answer(started["status"], found, b"".join(parts))
