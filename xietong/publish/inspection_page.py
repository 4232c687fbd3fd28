"""The page of an inspection: one file, offline, on which a person reads suspicions and writes decisions about them."""

from __future__ import annotations

import base64
import hashlib
import json
from types import SimpleNamespace

from jinja2 import Environment, StrictUndefined

from xietong.diagnosis.inspection import INTERNAL, Inspection, Judged, covered
from xietong.diagnosis.trends import trends
from xietong.library.decisions import KEYS, VERDICTS, Decision
from xietong.library.labels import Label, Language
from xietong.publish.assets_index import template_text
from xietong.publish.fonts import faces
from xietong.publish.trend_drawing import charts, drawing

__all__ = ["inspection_page"]

WORDS = {
    "skip": Label("跳到疑点", "Skip to the suspicions"),
    "subtitle": Label(
        "逐条看疑点，接受、改正或排除，并写明谁、为何",
        "Read each suspicion; accept, correct or exclude, and say who and why",
    ),
    "noscript": Label(
        "未启用脚本：可以阅读与打印，不能在此写决定。",
        "Without scripts this page can be read and printed, but no decisions can be written here.",
    ),
    "tools": Label("筛选", "Filter"),
    "search": Label("查找文字", "Find text"),
    "detector": Label("问题种类", "Kind of problem"),
    "state": Label("状态", "State"),
    "grouped": Label("分组", "Group by"),
    "by_detector": Label("按问题", "problem"),
    "by_table": Label("按表", "table"),
    "all": Label("全部", "all"),
    "to_output": Label("写好的决定", "Decisions written"),
    "confidence": Label("把握", "confidence"),
    "line": Label("文件:行", "File:line"),
    "shows": Label("内容", "What it shows"),
    "evidence": Label("证据", "Evidence"),
    "values": Label("全部数值", "All values"),
    "period": Label("时期", "Period"),
    "written": Label("原文", "As written"),
    "any_indicator": Label("全部指标", "all indicators"),
    "any_place": Label("全部地区", "all places"),
    "any_period": Label("全部时期", "all periods"),
    "decide": Label("决定", "Decide"),
    "internal": INTERNAL,
    "still": Label("已称改正，但仍被怀疑", "Said to be corrected, but still suspected"),
    "nothing": Label("没有疑点。", "Nothing is suspected."),
    "notes": Label("关于决定", "Notes on decisions"),
    "output": Label("决定（TOML）", "Decisions (TOML)"),
    "how": Label("复制或下载，然后运行", "Copy or download, then run"),
    "copy": Label("复制", "Copy"),
    "download": Label("下载 decisions.toml", "Download decisions.toml"),
    "clear": Label("全部清除", "Clear all"),
    "was": Label("原为", "was"),
    "now": Label("现为", "now"),
    "who": Label("谁（岗位或处室，不写个人信息）", "Who (a role or an office, no personal data)"),
    "why": Label("为何（可写“中文 | English”）", "Why (may be written “中文 | English”)"),
    "excludes": Label(
        "“不予读取”使所涉各格退出一切读法；没有写明的一项指全部。",
        "“Not to be read” takes the cells concerned out of every reading; what is not named means all.",
    ),
}
SCRIPT_WORDS = {
    "progress": Label("已写好 {} 条决定，共 {} 个疑点", "{} decisions written, {} suspicions"),
    "incomplete": Label("{} 条尚未填全，不在下文之中", "{} are not complete and not in the text below"),
    "shown": Label("显示 {} / {}", "{} of {} shown"),
    "here": Label("已写好", "written"),
    "partly": Label("未填全", "not complete"),
    "unkept": Label("（浏览器不保存进度）", "(this browser keeps no progress)"),
    "copied": Label("已复制", "copied"),
    "saved": Label("已下载", "saved"),
    "really": Label("清除此页写下的全部决定？", "Clear all decisions written on this page?"),
}
STATES = (
    ("", Label("全部", "all")),
    ("open", Label("未决定", "open")),
    ("decided", Label("已决定", "decided")),
    ("here", Label("在此页写下的", "written on this page")),
)


def inspection_page(inspection: Inspection, language: Language, command: str) -> str:
    """Return the page; ``command`` is how the command line names what was checked. The same input, the same bytes."""
    hidden = sum(one.internal for one in inspection.judged)
    script = template_text("inspection.js")
    parts = {
        "inspection": inspection,
        "groups": inspection.groups,
        "language": language,
        "command": command,
        "title": Label(f"核查 {inspection.shown}", f"Check of {inspection.shown}"),
        "counts": _counts(inspection),
        "internal": _internal(hidden) if hidden else None,
        "states": (*STATES, ("internal", INTERNAL)) if hidden else STATES,
        "verdicts": VERDICTS.items(),
        "notes": list(inspection.notes()),
        "words": SimpleNamespace(**WORDS),
        "ruled": _ruled,
        "more": lambda count: Label(f"另有 {count} 行证据", f"More lines of evidence: {count}"),
        "concerned": lambda suspicion: _concerned(covered(suspicion.cells, inspection.sheets)),
        "charts_of": lambda suspicion: charts(trends(suspicion, inspection.sheets)),
        "drawing": drawing,
        "data": _data(inspection),
        "script": script,
        "script_digest": _digest(script),
        "style": template_text("inspection.css"),
    }
    page = _environment().from_string(template_text("inspection.html")).render(**parts)
    return page.replace("/*faces*/", faces(page), 1)


def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _digest(script: str) -> str:
    """Return the digest by which the page allows its own script and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _counts(inspection: Inspection) -> Label:
    every, left = len(inspection.judged), inspection.open
    return Label(f"{every} 个疑点，{every - left} 个已决定", f"{every} suspicions, {every - left} decided")


def _internal(count: int) -> Label:
    return Label(
        f"{INTERNAL.zh}。{count} 个疑点的证据出自内部资料，本页只供本单位查看。",
        f"{INTERNAL.en}. The evidence of {count} suspicions is internal; this page is for your own office only.",
    )


def _ruled(decision: Decision) -> Label:
    return Label(decision.told("zh"), decision.told("en"))


def _concerned(rows: int) -> Label:
    return Label(f"涉及哪些格（{rows} 行）", f"Cells concerned ({rows} rows)")


def _data(inspection: Inspection) -> str:
    """Return what the script needs as JSON that cannot end the element it stands in."""
    labels = {f"detector {one.id}": one.label for one, _ in inspection.groups}
    labels |= {f"verdict {verdict}": label for verdict, label in VERDICTS.items()}
    words = {key: {"zh": label.zh, "en": label.en} for key, label in {**SCRIPT_WORDS, **labels}.items()}
    told = {"words": words, "suspicions": [_told(one) for _, judged in inspection.groups for one in judged]}
    return json.dumps(told, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _told(one: Judged) -> dict[str, object]:
    suspicion = one.suspicion
    return {
        "id": suspicion.id,
        "detector": suspicion.detector,
        "table": suspicion.cells[0].table,
        "what": str(suspicion.what),
        "cells": [{key: getattr(c, key) for key in KEYS if getattr(c, key)} for c in suspicion.cells],
        "decided": one.decided,
        "internal": one.internal,
    }
