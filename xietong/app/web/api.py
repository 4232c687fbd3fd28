"""The programming interface: read-only JSON; one table of what can be asked makes routes, OpenAPI and the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xietong.app.answers import Answers
from xietong.app.web.site import HEADERS, Site
from xietong.errors import UnknownName, XietongError
from xietong.library.labels import Label

BASE = "/api/v1"
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Parameter:
    """A parameter in the path or behind the question mark: a text, one of some words, a number in bounds, or a list."""

    name: str
    label: Label
    inside: bool = False
    words: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    many: bool = False
    default: str = ""

    def schema(self) -> dict[str, Any]:
        """Return the parameter as OpenAPI writes it."""
        kind: dict[str, Any] = {"type": "string"}
        if self.words:
            kind = {"type": "string", "enum": list(self.words)}
        if self.bounds:
            kind = {"type": "integer", "minimum": self.bounds[0], "maximum": self.bounds[1]}
        if self.default:
            kind["default"] = int(self.default) if self.bounds else self.default
        told = {"type": "array", "items": kind} if self.many else kind
        place = "path" if self.inside else "query"
        return {"name": self.name, "in": place, "required": self.inside, "description": str(self.label), "schema": told}

    def read(self, request: Request) -> Any:
        """Return the value that a request gives.

        Raises:
            UnknownName: when it is none of the words, or no number in the bounds.
        """
        if self.inside:
            return str(request.path_params[self.name])
        if self.many:
            return request.query_params.getlist(self.name)
        text = request.query_params.get(self.name, self.default)
        if self.words and text not in self.words:
            raise UnknownName("api", self.name, text, self.words)
        if self.bounds is None:
            return text
        low, high = self.bounds
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise UnknownName("api", f"number of {self.name} from {low} to {high}", text, [])
        return int(text)


@dataclass(frozen=True)
class Question:
    """Something that can be asked: its path, what it is, its parameters, and who answers.

    What reads the edition is answered in line, for its connection is one; what reads the pack is answered ``aside``.
    """

    path: str
    label: Label
    answer: Callable[..., Any]
    parameters: tuple[Parameter, ...] = ()
    aside: bool = False

    @property
    def id(self) -> str:
        """Return the name of the operation."""
        return re.sub(r"\W+", "_", self.path).strip("_")


def _inside(name: str, zh: str, en: str) -> Parameter:
    return Parameter(name, Label(zh, en), inside=True)


_LANGUAGE = Parameter("language", Label("文字的语言", "language of texts"), words=_LANGUAGES, default="zh")
_CELL = Parameter("cell", Label("单元，如 period=2023，可重复", "a cell, as period=2023; may be repeated"), many=True)
_PLACE = Parameter("place", Label("地区", "place"))
_PERIOD = Parameter("period", Label("时期", "period"))
_OFFSET = Parameter("offset", Label("从第几条起", "number of the first"), bounds=(0, 999_999), default="0")
_NAME = _inside("name", "名称", "name")
_FIND = (
    Parameter("q", Label("要找的字、拼音或代码", "signs, pinyin or code to be found")),
    Parameter("class", Label("类", "class")), _PLACE, Parameter("state", Label("状态", "state")),
    Parameter("limit", Label("至多几条", "no more than these"), bounds=(1, 200), default="20"),
)  # fmt: skip
_MANY_LINES = Parameter("limit", Label("至多几条", "no more than these"), bounds=(1, 5000), default="1000")


def _search(answers: Answers, told: Mapping[str, Any]) -> Any:
    return answers.search(*(told[key] for key in ("q", "class", "place", "state", "limit")))


QUESTIONS = (
    Question("/edition", Label("本版", "The edition"), lambda a, _: a.about()),
    Question("/findings", Label("全部结果", "All findings"), lambda a, _: a.findings()),
    Question("/findings/{name}", Label("一项结果及其数值", "A finding with its values"),
             lambda a, t: a.finding(t["name"]), (_NAME,)),
    Question("/findings/{name}/explanation", Label("一个数从何而来", "Where a number comes from"),
             lambda a, t: a.explanation(t["name"], t["cell"], t["language"]), (_NAME, _CELL, _LANGUAGE)),
    Question("/concepts", Label("全部指标", "All concepts"), lambda a, _: a.concepts(), aside=True),
    Question("/concepts/{concept}/lines", Label("一个指标的全部版本", "Every vintage of a concept"),
             lambda a, t: a.lines(t["concept"], t["place"], t["period"], t["offset"], t["limit"]),
             (_inside("concept", "指标", "concept"), _PLACE, _PERIOD, _OFFSET, _MANY_LINES)),
    Question("/registers", Label("全部名录", "All registers"), lambda a, _: a.registers(), aside=True),
    Question("/search", Label("检索名录", "Search the registers"), _search, _FIND, aside=True),
    Question("/registers/{class}/{item}", Label("名录中的一项", "An item of a register"),
             lambda a, t: a.item(t["class"], t["item"], t["language"]),
             (_inside("class", "类", "class"), _inside("item", "编号", "id of the item"), _LANGUAGE), True),
    Question("/systems", Label("全部系统", "All systems"), lambda a, _: a.pages("system")),
    Question("/systems/{name}", Label("一个系统的页", "The page of a system"),
             lambda a, t: a.page("system", t["name"]), (_NAME,)),
    Question("/plans", Label("全部规划", "All plans"), lambda a, _: a.pages("plan")),
    Question("/plans/{name}", Label("一项规划的结果", "The outcome of a plan"),
             lambda a, t: a.page("plan", t["name"]), (_NAME,)),
    Question("/measures", Label("全部测算", "All measures"), lambda a, _: a.measures()),
    Question("/measures/{name}", Label("一种测算", "A measure"), lambda a, t: a.measure(t["name"]), (_NAME,)),
)  # fmt: skip
"""Everything that can be asked."""


@dataclass
class Interface:
    """The interface of a site."""

    site: Site
    answers: Answers = field(init=False)

    def __post_init__(self) -> None:
        self.answers = Answers(self.site.edition, self.site.pack, self.site.out)

    def route(self, question: Question) -> Route:
        """Return the route of a question."""

        async def answer(request: Request) -> Response:
            try:
                told = {one.name: one.read(request) for one in question.parameters}
            except UnknownName as error:
                return _problem(400, error)
            try:
                if question.aside:
                    return _json(await run_in_threadpool(question.answer, self.answers, told))
                return _json(question.answer(self.answers, told))
            except UnknownName as error:
                return _problem(404, error)
            except XietongError as error:
                return _problem(503, error)

        return Route(f"{BASE}{question.path}", answer)


def routes(site: Site) -> list[Route]:
    """Return the routes of the interface, of its OpenAPI and of the page about it."""
    interface = Interface(site)

    async def described(request: Request) -> Response:
        return _json(openapi(str(site.about["title"])))

    async def page(request: Request) -> Response:
        return site.kept(request, lambda: site.text(request, "api.html", questions=QUESTIONS, base=BASE))

    async def nothing(request: Request) -> Response:
        return _problem(404, UnknownName("api", "path", request.url.path, [f"{BASE}{one.path}" for one in QUESTIONS]))

    return [
        Route("/api", page),
        Route("/api/openapi.json", described),
        *map(interface.route, QUESTIONS),
        Route("/api/{rest:path}", nothing),
    ]


def openapi(title: str) -> dict[str, Any]:
    """Return the interface as OpenAPI 3.1."""
    problem = {
        "description": "what is wrong, and what is closest",
        "content": _content({"$ref": "#/components/schemas/Problem"}),
    }
    text = {"type": "string"}
    schema = {"type": "object", "required": ["error"], "properties": {"error": text}}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version("xietong")},
        "servers": [{"url": BASE}],
        "paths": {one.path: {"get": _operation(one, problem)} for one in QUESTIONS},
        "components": {"schemas": {"Problem": schema}},
    }


def _operation(one: Question, problem: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"type": ["object", "array"]}
    answers = {
        "200": {"description": str(one.label), "content": _content(kinds)},
        "400": problem,
        "404": problem,
        "503": problem,
    }
    return {
        "operationId": one.id, "summary": str(one.label), "parameters": [told.schema() for told in one.parameters],
        "responses": answers,
    }  # fmt: skip


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _json(told: Any, status: int = 200) -> Response:
    content = json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return Response(content, status, HEADERS, media_type="application/json")


def _problem(status: int, error: XietongError) -> Response:
    return JSONResponse({"error": error.text().encode("utf-8", "replace").decode()}, status, HEADERS)
