"""Subjects: whether the clause of a figure speaks of something of its own that the pack does not know.

An indicator is carried over from a clause before only when nothing else in the clause can be what the figure is of:
what is left of the clause without its names, numbers and the words of counting and comparing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xietong.diagnosis.audit.words import Mention

_BREAK = re.compile(r"[，,；;。：:（(]")
_FILLER = re.compile(
    r"其中|跨越|跨上|站上|迈上|迈入|登上|跃上|台阶|量级|大关|关口|双双|变化|变为|调整|稳定|共同|受|影响|冲击|疫情|逆势|仅|这一?|那|上述|前者|后者|第?[一二三四五六七]次|(?:全国)?(?:人口|经济)?普查|结果|设区市|[省市区县中里内]|分别|依次|合计|总计|共计|一共|相加|达到?|大约|约|接近|将近|近|超过|超|突破|不足|不到|左右|以上|以下|上下|为|是|较|比|同期|同比|环比|相比|"
    r"[上去前]一?年|增长|增加|提高|提升|上升|上涨|下降|下跌|减少|降低|回落|缩小|扩大|攀升|跃升|增速|增幅|降幅|增量|增|降|升|跌|减|至|到|了|的|"
    r"在|由|从|自|按|以|将|可|能|不变价格?|可比价格?|现价|计算|核算|口径|名义|实际|年均|平均|累计|首次|已|也|均|都|仅|只有?|以来|期间|年末|年底|末|底|全年|"
    r"当年|当期|该|其|此|占比?|比重|份额|相当于|倍|个|多|余|又|再|则|并|且|和|与|及|而|但|进一步|继续|持续|保持|实现|完成|取得|创|高于|低于|高出|多于|"
    r"少于|领先|落后于?|高|低|少|同|全国|区域|地区|三地|三省市|两地|各地|全市|全省|全区|本市|本省|我市|我省|当地|初步|据|统计|数据|显示|公布|发布|表示|"
    r"预计|净|量|额|值|总|规模|水平|数|[一二三四五六七八九十两几]+年[来间]?|年|前|后|间|来|第|位|名|居|列|排|每|万|亿|元|人|[0-9.%％～~—–\-、\s“”\"'》《]"
)
_WIDE = re.compile(r"[\u4e00-\u9fff]")
_QUALIFIED = re.compile(
    r"(?:城镇|乡村|农村|户籍|外来|流动|规上|规模以上|限额以上|高技术|高新技术|战略性新兴|装备|数字|民营|非公有?|海洋|工业|建筑业|新增|"
    r"人均|单位|万元|地均|亩均|劳均|就业)$"
    r"|(?:\bper[- ]capita|\bper[- ]head|\brural|\burban|\bindustrial|\bdigital|\bmarine|"
    r"\bregistered|\bfloating|\bnew)\s+(?:[a-z]+\s+)?$",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[%a-z]\s+of\s+(?:the\s+)?[A-Za-z’' -]{2,30}['’]s\s+(?:total\s+)?$")
_CARRIES_ON = re.compile(
    r"\s+(?:registered|aged|from another|living|in another)\b"
    r"|(?:出生率|死亡率|自然增长率|密度|能耗|用水|电耗|老龄化|目标)"
)
_NOUNS = re.compile(
    r"\b(?:exports?|imports?|investment|consumption|revenues?|outputs?|profits?|retail|sales|employment|unemployment|prices|wages|tourists?|visitors|"
    r"spending|taxes|loans|deposits|enterprises|companies|projects|jobs|energy|electricity|steel|budget|digital|consumer|industrial|value|services|manufacturing|agriculture|tourism)\b",
    re.IGNORECASE,
)


def own_subject(sentence: str, start: int, last: int, mentions: Iterable[Mention]) -> bool:
    """Return whether the clause before ``start`` names something that is none of its known names."""
    breaks = [match.end() for match in _BREAK.finditer(sentence, last, start)]
    begin = breaks[-1] if breaks else last
    text = sentence[begin:start]
    for one in sorted(mentions, key=lambda told: -told.start):
        if begin <= one.start and one.end <= start:
            if one.kind in ("concept", "other"):
                return one.kind == "other"
            text = text[: one.start - begin] + text[one.end - begin :]
    if _NOUNS.search(text):
        return True
    return len(_WIDE.findall(_FILLER.sub("", text))) > 1


def whole_before(sentence: str, at: int) -> bool:
    """Return whether an indicator is what others are a share of, as in ``85 percent of the capital's output``."""
    return bool(_WHOLE.search(sentence[:at]))


def void(sentence: str, one: Mention) -> bool:
    """Return whether the word of an indicator is part of the name of another one, as in ``城镇常住人口``."""
    return bool(_QUALIFIED.search(sentence[: one.start]) or _CARRIES_ON.match(sentence, one.end))
