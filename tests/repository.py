"""A real OAI-PMH repository on the loopback over the registers of a pack, which can be told to answer badly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from xietong.library.oai_provider import Repository
from xietong.library.pack import Pack

DAY, NOW = date(2024, 7, 1), datetime(2024, 7, 1, 12, tzinfo=UTC)
Answer = tuple[int, dict[str, str], bytes]
Tamper = Callable[[dict[str, str], bytes], Answer | bytes]


@dataclass
class Server:
    """Where the repository is, what it was asked, and how its answers are changed on the way."""

    address: str
    pack: Pack
    length: int = 2
    tamper: Tamper = field(default=lambda _, content: content)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://{self.address}/oai"

    def answer(self, query: str) -> Answer:
        told = parse_qsl(query, keep_blank_values=True)
        self.asked.append(dict(told))
        content = Repository(self.pack, self.base, DAY, self.length).answer(told, NOW)
        given = self.tamper(dict(told), content)
        return given if isinstance(given, tuple) else (200, {}, given)


@contextmanager
def serving(pack: Pack) -> Iterator[Server]:
    """Serve the registers of a pack while the block runs."""
    server: Server

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = server.answer(urlsplit(self.path).query)
            self.send_response(status)
            for name, text in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server = Server(f"127.0.0.1:{http.server_address[1]}", pack)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
