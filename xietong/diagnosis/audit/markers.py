"""The words around a figure that say what is done with it: rises and falls, shares, comparisons, limits, flows, lists.

Chinese and English stand side by side; a list stands on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

Operator = Literal["=", ">", "<", "~"]

RISE = r"增长|增加(?!值)|提高|上升|提升|扩大|增幅|增速|上涨|高出|净增|新增|攀升|跃升|增\s*$|升\s*$|高\s*$|多\s*$|\bris(?:e|en|ing)|\brose|\bgr(?:ew|ow|own|owth)|\bincreas|\bup\b|\bhigher|\bgain|\bexpand|\bclimb|\bsurg|\bjump"
FALL = r"下降|减少|降低|回落|缩小|下滑|下跌|降幅|低于|降\s*$|减\s*$|低\s*$|少\s*$|少于|落后|\bfell|\bfall|\bdeclin|\bdecreas|\bdown\b|\blower|\bdrop|\bshr[iau]nk|\bcontracted\b|\bslipped|萎缩|收窄"
CHANGE = re.compile(f"(?P<rise>{RISE})|(?P<fall>{FALL})", re.IGNORECASE)
TO = re.compile(
    r"(?:[增升降减]长?至|[增升降减]长?到|增加[至到]|提高[至到]|上升[至到]|下降[至到]|降低[至到]|减少[至到]|回落[至到]|扩大[至到]|"
    r"达到?了?|升[至到为]|降[至到为]|增[至到]|为|是|突破|超过|超|逾|不足|约|近|接近|"
    r"\bto|\breach(?:ed|es|ing)?|\bat|\bwas|\bis|\bwere|\bstood at|\btotall?ed|\bexceed(?:ed|ing|s)?|\bmore than|\bover|\babout|\bof)\s*$",
    re.IGNORECASE,
)
ROUGHLY = re.compile(
    r"(?:\b(?:more|less|fewer|greater) than|\bover|\babout|\bnearly|\baround|\balmost|\broughly|\bsome|\bat least|\bapproximately|\bunder|"
    r"\bclose to|\ba total of|约|近|超过|超|逾|接近|将近|大约|不足|不到|至少|了)\s*$",
    re.IGNORECASE,
)
RATE = re.compile(r"增速|增长率|增幅|降幅|growth(?: rate)?", re.IGNORECASE)
SHARE = re.compile(
    r"占(?!比)|比重|占比|份额|\bshare\b|\baccount(?:s|ed|ing)? for|\bma[dk]e(?:s)? up|\bof the (?:nation|country|national)",
    re.IGNORECASE,
)
AVERAGE = re.compile(
    r"年均(?!浓度|气温|值)|平均每年|每年平均|\b(?:average|annual average|a year|per year|annually|on average)\b",
    re.IGNORECASE,
)
AVERAGE_AFTER = re.compile(r"\s*(?:a|per|each|every) year\b|\s*per annum|\s*annually|\s*on average", re.IGNORECASE)
RELATIVE = re.compile(
    r"(?:为|是|相当于|达到?|不到|不足|超过|约|近|仅|only|is|was|equals?|equivalent to|至)\s*$", re.IGNORECASE
)
OPERATORS: Sequence[tuple[Operator, re.Pattern[str]]] = (
    (">", re.compile(r"(?:突破|超过|超|逾|高于|多于|至少|\bover|\bmore than|\bexceed(?:ed|ing|s)?|\babove|\bat least|\bpassed|\bsurpass(?:ed|ing)?|\btopp?ed)\s*$", re.IGNORECASE)),
    ("<", re.compile(r"(?:不足|低于|不到|少于|未满|\bless than|\bbelow|\bunder|\bfewer than)\s*$", re.IGNORECASE)),
    ("~", re.compile(r"(?:约|近|大约|接近|将近|大概|\babout|\bnearly|\balmost|\baround|\broughly|\bsome|\bclose to|\bapproximately)\s*(?:为|达)?\s*$", re.IGNORECASE)),
)  # fmt: skip
AFTER: Sequence[tuple[Operator, re.Pattern[str]]] = (
    (">", re.compile(r"\s*(?:以上|多[万亿元人吨]?|余|or more)")), ("~", re.compile(r"\s*(?:左右|上下|or so)")),
)  # fmt: skip
RISE_OF = re.compile(
    r"\b(?:increase|rise|growth|gain|decline|drop|decrease|fall|reduction|surge|jump) of\s*$", re.IGNORECASE
)
CHANGE_AFTER = re.compile(
    r"\s*(?:(?P<rise>higher|more|above|greater|larger|longer)|(?P<fall>lower|less|fewer|below|smaller|shorter))(?=\s+(?:than|the|that|its|in)\b)"
    r"|\s+(?:year-on-year\s+)?(?:(?:increase|rise|gain|jump|growth)|(?P<drop>decrease|decline|drop|fall|reduction))\b",
    re.IGNORECASE,
)
DATED = re.compile(r"(?:(?:19|20)[0-9]{2}\s*年?|上年|去年)[末底]?的?\s*$")
FROM = re.compile(r"(?:由|从|自|\bfrom)\s*$", re.IGNORECASE)
LAST_YEAR = re.compile(r"(?:上年|去年)[末底]?的?\s*$")
YEAR_BEFORE = re.compile(
    r"同比|比上年|较上年|比去年|较去年|上年同期|year[- ]on[- ]year|(?:over|on|than|above|below|from|than in) (?:the |a )?(?:previous year|preceding year|year before|year earlier)|on the year",
    re.IGNORECASE,
)
ABSORBS = re.compile(r"吸纳|承接|来自|引进|\babsorb(?:ed|s|ing)?|\btook in|\bbought", re.IGNORECASE)
FLOWS = re.compile(r"流向|输出|流入|落地|转移到|\bflow(?:ed|s|ing)?|\bsold|\bexported", re.IGNORECASE)
RESPECTIVELY = re.compile(r"分别|依次|\brespectively", re.IGNORECASE)
OF_WHOM = re.compile(
    r"(?:占|相当于|(?:%|\bper ?cent|\bshare|\btimes|\bhalf|\b(?:third|quarter|fourth|fifth|sixth|eighth|tenth)s?)\s+of(?: the)?)\s*$",
    re.IGNORECASE,
)
OF_PLACE = re.compile(r"(?<!ahead )(?<!\binstead )(?:\bof|\bof the)\s*$", re.IGNORECASE)
TO_OR_FROM = re.compile(r"(?:\bto|\bfrom|\bby|向|自)\s*$", re.IGNORECASE)
TIMES_OF = re.compile(r"(?:是|为|达|相当于)[^，,。]*$|\btimes\b", re.IGNORECASE)
DERIVED = re.compile(
    r"区位商|变异系数|基尼系数|泰尔|赫芬达尔|集中度|标准差|极差|相似系数|克鲁格曼|耦合|贡献率|弹性|平均每[个户家]|每个|每户|户均|per household|location quotient|coefficients? of variation|\bGini|\bTheil|"
    r"\bHerfindahl|standard deviation|\bKrugman|similarity|\bcorrelation|elasticit",
    re.IGNORECASE,
)
PART_YEAR = re.compile(
    r"[上下]半年|(?:前?[一二三四1-4]|第[一二三四])个?季度|[0-9]{1,2}\s*(?:月份?)?\s*[-–—至到~]\s*[0-9]{1,2}\s*月|前[0-9一二三四五六七八九十]+个?月|"
    r"(?<![0-9])(?:[1-9]|1[01])月(?:份|末|底)?(?![0-9]|\s*[0-9]+日)|(?:first|second) half|(?:first|second|third|fourth) quarter|"
    r"first (?:two|three|four|five|six|seven|eight|nine|ten|eleven|[0-9]+) (?:months|quarters)|\bQ[1-4]\b|\bH[12]\b",
    re.IGNORECASE,
)
TARGET = re.compile(
    r"预期目标|目标|力争|计划|规划|预计|预期|\btargets?\b|\baims?\b|\baiming\b|\bplans? to\b|\bexpected to\b|\bforecast|\bis set to\b",
    re.IGNORECASE,
)
NOMINAL = re.compile(r"名义|现价|at current prices|in nominal terms|\bnominal", re.IGNORECASE)
REAL = re.compile(
    r"实际(?!利用|使用|外资)|不变价|可比价|\bin real terms|\breal (?:growth|gdp|terms)|constant prices", re.IGNORECASE
)
TOTAL = re.compile(
    r"(?:得|合计|共计|总计|相加[^，,。]*|加起来[^，,。]*|一共|\btotall?ing|\bin (?:all|total)|\btogether|\bsum(?:s|ming)? to)\s*(?:为|达)?\s*$",
    re.IGNORECASE,
)
ENTITY = re.compile(
    r"\s*(?:[、，,和及与]|and)\s*(?P<name>[\u4e00-\u9fff]{2,10}(?:港|区|县|镇|乡|园|厂|公司|集团|机场|高速|铁路|医院|学院|大学|中心|平台|行业|制造业))\s*(?:为|达|是|约)?\s*"
)
VERSUS = re.compile(r"(?:比|较|高于|低于|高出|多于|少于|领先|落后于?|than)\s*$", re.IGNORECASE)
VERSUS_BEHIND = re.compile(
    r"\s*(?:(?:higher|more|lower|less|fewer) than|above|below)\s+(?:that of |that in |in )?$", re.IGNORECASE
)
PART_OF = re.compile(r"占(?:全市|全省|全区|本市|本省|当地|其)?\s*$")
JOINED = re.compile(r"\s*(?:、|,|和|及|与|and|,\s*and)\s*")
BY = re.compile(r"\bby\s*$", re.IGNORECASE)
LIST = re.compile(r"\s*(?:、|,|，|和|及|与|and|,\s*and)\s*")
SCALES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5,
    "万": 10**4, "hundred million": 10**8, "hundred-million": 10**8, "ten thousand": 10**4, "trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3,
}  # fmt: skip
CURRENCIES = {"US$": "美元", "$": "美元", "CNY": "元", "RMB": "元", "¥": "元", "￥": "元"}
"""Signs of money that stand before a number."""
UNITS = {
    "个百分点": "百分点", "百分点": "百分点", "percentage points": "百分点", "percentage point": "百分点",
    "percent": "%", "per cent": "%", "%": "%", "‰": "‰", "微克/立方米": "微克/立方米", "μg/m3": "微克/立方米",
    "micrograms per cubic metre": "微克/立方米", "micrograms per cubic meter": "微克/立方米",
    "μg/m³": "微克/立方米", "µg/m3": "微克/立方米", "µg/m³": "微克/立方米", "micrograms": "微克/立方米", "标准箱": "标准箱", "标箱": "标准箱", "TEUs": "标准箱", "TEU": "标准箱",
    "平方公里": "平方公里", "square kilometres": "平方公里", "square kilometers": "平方公里", "公里": "公里", "kilometres": "公里", "kilometers": "公里", "km": "公里",
    "元人民币": "元", "美元": "美元", "US dollars": "美元", "元": "元", "yuan": "元", "RMB": "元",
    "吨": "吨", "tonnes": "吨", "tons": "吨", "metric tons": "吨", "人": "人", "people": "人", "residents": "人", "persons": "人",
    "户": "户", "件": "件", "项": "项", "家": "家", "个": "个", "条": "个", "所": "个", "座": "个", "处": "个", "册": "册",
    "倍": "倍", "times": "倍", "个点": "点", "点": "点", "points": "点", "-point": "点", "-percentage-point": "百分点", "-percent": "%", "contracts": "项", "chains": "个", "industry chains": "个", "key industry chains": "个", "key industrial chains": "个", "patents": "件",
    "inhabitants": "人", "institutions": "家", "laboratory tests": "项", "tests": "项", "schools": "个", "medical consortia": "个", "consortia": "个",
}  # fmt: skip


def alternatives(names: Iterable[str]) -> str:
    """Return a pattern for any of several words, the longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
