"""A text audited against the pack: pasted or sent as a file, shown with its figures marked; nothing of it is kept."""

from __future__ import annotations

import base64
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.uploads import put_down
from xietong.app.web.desks import demanded, shown
from xietong.app.web.door import address_of
from xietong.app.web.forms import Form, Upload
from xietong.app.web.site import Site, language_of
from xietong.diagnosis.audit.audit import Audit, audit
from xietong.diagnosis.audit.verdicts import VERDICTS
from xietong.errors import PackError, XietongError
from xietong.library.texts import KINDS, read_text
from xietong.publish.audit_page import SIGNS, audit_body

LARGEST, SIGNS_OF_TEXT = 5_000_000, 200_000
"""Bytes of a file, and signs of the text in it."""


def routes(site: Site) -> list[Route]:
    """Return the routes of the audit."""

    async def form(request: Request) -> Response:
        return await shown(site, request, "audit.html", typed="", problem="", largest=LARGEST // 10**6, kinds=KINDS)

    async def audited(request: Request) -> Response:
        form, visitor = await demanded(site, request)
        site.door.runs.take(address_of(request))
        told: dict[str, Any] = {"typed": form.fields.get("text", ""), "largest": LARGEST // 10**6, "kinds": KINDS}
        try:
            upload = _upload(form)
            found = await run_in_threadpool(_audit, site, upload)
        except XietongError as error:
            return await shown(site, request, "audit.html", 422, visitor=visitor, problem=error.text(), **told)
        language = language_of(request)
        counts = {name: found.counts[name] for name in VERDICTS if found.counts[name]}
        more: dict[str, Any] = {
            "found": found, "counts": counts, "verdicts": VERDICTS, "signs": SIGNS, "name": upload.name,
            "body": await run_in_threadpool(audit_body, found, language),
            "packed": base64.b64encode(upload.content).decode(),
        }  # fmt: skip
        return await shown(site, request, "audited.html", visitor=visitor, **more)

    return [Route("/audit", form), Route("/audit", audited, methods=["POST"])]


def _upload(form: Form) -> Upload:
    """Return the text of a form: a file, what was pasted, or what this page sends again for the other language.

    Raises:
        PackError: when it has none.
    """
    if (upload := form.carried() or form.files.get("file")) is not None:
        return upload
    if not form.text("text"):
        raise PackError("audit", "there is no text", ways=("paste one, or choose a file",))
    return Upload("text.txt", form.fields["text"].encode())


def _audit(site: Site, upload: Upload) -> Audit:
    """Return an audit of a text.

    Raises:
        PackError: when it cannot be read or is too long.
    """
    with put_down(upload.name, upload.content, KINDS, LARGEST) as path:
        text = read_text(path)
    size = sum(len(one.text) for one in text.paragraphs)
    if size > SIGNS_OF_TEXT:
        what, ways = f"the text has {size} signs, more than {SIGNS_OF_TEXT}", ("audit it chapter by chapter",)
        raise PackError("audit", what, ways=ways)
    return audit(text, site.pack.read())
