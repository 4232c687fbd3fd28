"""The language of a chapter: text, and calls of the report's functions with plain arguments.

A chapter is not trusted. Loops, conditions, variables, attributes, arithmetic and files cannot be written at all, so
that a chapter takes as long as the calls that stand in it; how many those are, and how long they are, has limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from xietong.errors import Problems, PublishError, UnknownName, XietongError

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["CALLS", "LONGEST", "WRITTEN", "calls", "environment", "parsed", "prose", "rendered"]

LONGEST = 200_000
"""Characters of one chapter."""
CALLS = 2_000
"""Calls in one chapter."""
WRITTEN = 8_000_000
"""Characters that one chapter may become."""
_WORD, _WHOLE = 1_000, 10_000
"""Characters of one argument, and the largest whole number among them."""

_UNSEEN = re.compile(r"\{#[\w-]+\}|\]\([^)\s]*\)|^\s*\d{1,2}[.)]\s|^#{1,3}\s+[\d.]+\s|^#{1,3}\s", re.MULTILINE)
"""What is no prose: ids, targets of links, numbers of lists and of headings."""


def environment() -> SandboxedEnvironment:
    """Return the sandbox in which chapters run: no attributes, no globals, one filter, no silent gaps."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    sandbox = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, comment_start_string="{##",
        comment_end_string="##}",
    )  # fmt: skip
    sandbox.globals.clear()
    sandbox.tests.clear()
    sandbox.filters.clear()
    sandbox.filters["magnitude"] = magnitude
    return sandbox


def magnitude(text: str) -> str:
    """Return a printed number without its minus sign, for sentences that say *less by*."""
    return text.replace("−", "")


def parsed(text: str, shown: str) -> nodes.Template:
    """Return the tree of a chapter.

    Raises:
        PublishError: when it is no template, or longer or deeper than a chapter may be.
        Problems: with every construct that a chapter may not use.
    """
    from jinja2 import TemplateSyntaxError

    if len(text) > LONGEST:
        raise PublishError("chapter", f"{len(text)} characters", why=f"a chapter has at most {LONGEST}", where=shown)
    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        where = f"{shown}:{error.lineno}"
        ways = ("close every call: {{ function(…) }}",)
        raise PublishError("chapter", f"this is no template: {error.message}", where=where, ways=ways) from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise PublishError("chapter", "brackets too deep in each other, or a number too long", where=shown) from error
    if errors := list(_refused(tree, shown)):
        raise Problems("chapter", errors)
    return tree


def _refused(tree: nodes.Template, shown: str) -> Iterator[XietongError]:
    """Yield one error for each line with a construct that is neither text nor a call with plain arguments."""
    from jinja2 import nodes

    targets = {id(call.node) for call in tree.find_all(nodes.Call)}
    told: dict[int, str] = {}
    for node in _below(tree):
        if isinstance(node, nodes.Output):
            told |= {one.lineno: "a value outside a function is not allowed" for one in node.nodes if not _prints(one)}
            continue
        why = f"a {_called(node)} is not allowed" if _foreign(node, targets) else _excess(node)
        if why:
            told.setdefault(node.lineno, why)
    for line, why in sorted(told.items()):
        ways = ("write text, and {{ function(…) }} with plain arguments",)
        yield PublishError("chapter", why, where=f"{shown}:{line}", ways=ways)
    if (count := sum(1 for _ in tree.find_all(nodes.Call))) > CALLS:
        yield PublishError("chapter", f"{count} calls", why=f"a chapter has at most {CALLS}", where=shown)


def _prints(node: nodes.Node) -> bool:
    """Return whether a construct may be printed as it stands: text, a call, or a filtered call."""
    from jinja2 import nodes

    return isinstance(node, nodes.TemplateData | nodes.Call | nodes.Filter)


def _foreign(node: nodes.Node, targets: Collection[int]) -> bool:
    """Return whether a construct is none of the language: only functions are named, and arguments are plain."""
    from jinja2 import nodes

    if isinstance(node, nodes.Call):
        return not isinstance(node.node, nodes.Name) or node.dyn_args is not None or node.dyn_kwargs is not None
    if isinstance(node, nodes.Filter):
        return node.name != "magnitude" or not isinstance(node.node, nodes.Call)
    if isinstance(node, nodes.Name):
        return id(node) not in targets
    plain = (nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Neg)
    return not isinstance(node, (nodes.Template, nodes.TemplateData, *plain))


def _called(node: nodes.Node) -> str:
    from jinja2 import nodes

    return f"filter '{node.name}'" if isinstance(node, nodes.Filter) else f"'{type(node).__name__.lower()}'"


def _excess(node: nodes.Node) -> str:
    """Return what is too large about an argument."""
    from jinja2 import nodes

    value = node.value if isinstance(node, nodes.Const) else None
    if isinstance(value, str) and len(value) > _WORD:
        return f"an argument of {len(value)} characters, more than {_WORD}"
    if isinstance(value, int | float) and abs(value) > _WHOLE:
        return f"a number above {_WHOLE} is no argument of any function"
    return ""


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and everything below it; refused constructs are not opened, one error is enough."""
    left = [node]
    while left:
        one = left.pop()
        yield one
        left.extend(reversed(list(one.iter_child_nodes())))


def calls(tree: nodes.Template) -> Iterator[tuple[str, nodes.Call]]:
    """Yield every call of a chapter with the name of its function."""
    from jinja2 import nodes

    for call in tree.find_all(nodes.Call):
        yield (call.node.name if isinstance(call.node, nodes.Name) else ""), call


def prose(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield every stretch of a chapter's own words with its line: text, captions, names of rows."""
    from jinja2 import nodes

    for data in tree.find_all(nodes.TemplateData):
        for at, line in enumerate(data.data.split("\n")):
            yield data.lineno + at, _UNSEEN.sub(" ", line)
    for name, call in calls(tree):
        for one in call.find_all(nodes.Const) if name != "quoted" else ():
            if isinstance(one.value, str) and re.search(r"[\s㐀-鿿]", one.value):
                yield one.lineno, one.value


def rendered(text: str, shown: str, functions: Mapping[str, Callable[..., str]]) -> str:
    """Return what a chapter becomes: its text, and what the functions return, in order.

    Raises:
        PublishError: when it is no template or writes too much.
        Problems: with every construct that is refused and every call that fails, each with its line.
    """
    errors: list[XietongError] = []
    parts: list[str] = []
    written = 0
    for node in _printed(parsed(text, shown)):
        try:
            parts.append(str(_value(node, functions)))
        except XietongError as error:
            errors.append(error.at(f"{shown}:{node.lineno}"))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            what = f"a call does not fit its function: {error}"
            errors.append(PublishError("chapter", what, where=f"{shown}:{node.lineno}"))
        written += len(parts[-1]) if parts else 0
        if written > WRITTEN:
            raise PublishError("chapter", f"it becomes longer than {WRITTEN} characters", where=shown)
    if errors:
        raise Problems("chapter", errors)
    return "".join(parts)


def _printed(tree: nodes.Template) -> Iterator[nodes.Node]:
    """Yield what a chapter prints, in order: stretches of text, calls, and filtered calls."""
    from jinja2 import nodes

    for output in tree.body:
        yield from output.nodes if isinstance(output, nodes.Output) else ()


def _value(node: nodes.Node, functions: Mapping[str, Callable[..., str]]) -> object:
    """Return what a construct stands for; nothing is compiled, and only the report's functions are called."""
    from jinja2 import nodes

    if isinstance(node, nodes.Filter):
        return magnitude(str(_value(_one(node.node), functions)))
    if isinstance(node, nodes.Call):
        return _call(node, functions)
    if isinstance(node, nodes.List | nodes.Tuple):
        return [_value(one, functions) for one in node.items]
    if isinstance(node, nodes.Dict):
        return {_value(one.key, functions): _value(one.value, functions) for one in node.items}
    if isinstance(node, nodes.Neg):
        return -float(str(_value(node.node, functions)))
    return node.data if isinstance(node, nodes.TemplateData) else getattr(node, "value", "")


def _call(node: nodes.Call, functions: Mapping[str, Callable[..., str]]) -> str:
    """Return what a function of the report writes for a call."""
    name = str(getattr(node.node, "name", ""))
    if name not in functions:
        raise UnknownName("chapter", "function", name, functions)
    given = {one.key: _value(one.value, functions) for one in node.kwargs}
    return functions[name](*(_value(one, functions) for one in node.args), **given)


def _one(node: nodes.Node | None) -> nodes.Node:
    if node is None:
        raise PublishError("chapter", "a filter stands before nothing")
    return node
