"""A visitor of the observatory without a browser: asks the application itself, keeps its cookie, fills in its forms."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote, urlencode

from starlette.applications import Starlette

BOUNDARY = "xxBOUNDARYxx"


@dataclass
class Told:
    """An answer."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> object:
        return json.loads(self.content)

    @property
    def words(self) -> str:
        """The text that is read: no marks, no scripts."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


@dataclass
class Visitor:
    """Someone with a cookie of their own."""

    site: Starlette
    cookie: str = ""
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: str) -> Told:
        return self._ask("GET", path, b"", more)

    def post(
        self,
        path: str,
        fields: Mapping[str, str] = {},
        files: Mapping[str, tuple[str, bytes]] = {},
        *,
        page: str = "",
        **more: str,
    ) -> Told:
        """Send a form as the page ``page`` gives it out (the same address unless said): with its mark."""
        mark = {} if page == "none" else {"mark": self.mark(page or path)}
        told = {**mark, **fields}
        if not files:
            return self._ask(
                "POST", path, urlencode(told).encode(), {"content-type": "application/x-www-form-urlencoded", **more}
            )
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in told.items()
        ]
        parts += [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for name, (file, content) in files.items()
        ]
        body = b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
        return self._ask("POST", path, body, {"content-type": f"multipart/form-data; boundary={BOUNDARY}", **more})

    def mark(self, path: str) -> str:
        found = re.search(r'name="mark" value="([^"]*)"', self.get(path).text)
        return found.group(1) if found else ""

    def sign_in(self, name: str, password: str) -> Told:
        return self.post("/account/enter", {"name": name, "password": password}, page="/account")

    def _ask(self, method: str, path: str, body: bytes, more: Mapping[str, str]) -> Told:
        headers = {
            "host": "testserver",
            "accept": "text/html",
            **self.headers,
            **{key.replace("_", "-"): value for key, value in more.items()},
        }
        if self.cookie:
            headers["cookie"] = self.cookie
        told = asyncio.run(_answer(self.site, method, path, body, headers, self.address))
        if "set-cookie" in told.headers:
            self.cookie = told.headers["set-cookie"].partition(";")[0]
        return told


async def _answer(
    site: Starlette, method: str, path: str, body: bytes, headers: Mapping[str, str], address: str
) -> Told:
    plain, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "root_path": "",
        "path": plain, "raw_path": quote(plain).encode(), "query_string": quote(query, safe="=&%+").encode(),
        "headers": [(key.encode(), value.encode("utf-8")) for key, value in headers.items()],
        "client": (address, 1), "server": ("testserver", 80),
    }  # fmt: skip
    sent: list[dict] = []
    asked = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict:
        if (told := next(asked, None)) is None:
            await asyncio.Event().wait()
        return told

    async def send(message: dict) -> None:
        sent.append(message)

    await site(scope, receive, send)
    start = next(one for one in sent if one["type"] == "http.response.start")
    content = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
    return Told(
        start["status"], {key.decode().lower(): value.decode("latin-1") for key, value in start["headers"]}, content
    )
