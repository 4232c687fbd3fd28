"""Words of the report that are no prose of a study: unit names, captions, notes, in both languages."""

from __future__ import annotations

from xietong.library.labels import Label, Language

_UNITS = {
    "亿元": "hundred-million yuan",
    "万亿元": "trillion yuan",
    "元": "yuan",
    "元/人": "yuan per head",
    "万人": "ten thousand people",
    "人": "people",
    "百分点": "percentage points",
    "点": "points",
    "亿吨": "hundred-million tonnes",
    "万吨": "ten thousand tonnes",
    "万标准箱": "ten thousand TEU",
    "微克/立方米": "micrograms per cubic metre",
    "项": "",
    "个": "",
    "家": "",
    "平方公里": "square kilometres",
    "公里": "kilometres",
    "万公里": "ten thousand kilometres",
    "件/万人": "per ten thousand people",
    "位": "in rank",
    "万元/人": "ten thousand yuan per head",
    "百万吨": "million tonnes",
    "%": "%",
    "1": "",
    "nat": "nat",
}

WORDS = {
    "table": Label("表", "Table"),
    "figure": Label("图", "Figure"),
    "unit": Label("单位", "Unit"),
    "source": Label("资料来源", "Source"),
    "measure": Label("算法", "measure"),
    "standing": Label("数据状态", "Standing"),
    "grade": Label("副本等级", "grade of the copy"),
    "and": Label("等", "and others,"),
    "lines": Label("行", "lines"),
    "no data": Label("无数据", "no data"),
    "place": Label("地区", "Place"),
    "period": Label("年份", "Year"),
    "sector": Label("产业", "Sector"),
    "concept": Label("指标", "Indicator"),
    "system": Label("分项", "Part"),
    "scenario": Label("情景", "Scenario"),
    "value": Label("数值", "Value"),
    "tested": Label("检验", "tested"),
    "printed": Label("对照出版数字", "against printed numbers"),
    "peer": Label("对照同类软件", "against a peer"),
    "by hand": Label("手算", "by hand"),
    "refused": Label("不予计算", "not computed"),
    "task": Label("任务", "Task"),
    "path": Label("路径", "Path"),
    "facet": Label("方面", "Facet"),
    "no path": Label("未列路径", "No path"),
    "hole": Label("缺口", "hole"),
    "indicator": Label("指标", "Indicator"),
    "first": Label("起点", "First"),
    "last": Label("最近", "Last"),
    "state": Label("判断", "State"),
    "claim": Label("论断", "Claim"),
    "verdict": Label("核对结论", "Verdict"),
    "evidence": Label("证据", "Evidence"),
    "publisher": Label("发布者", "Publisher"),
    "publication": Label("出版物", "Publication"),
    "edition": Label("发布日期", "Published"),
    "assumption": Label("假设", "Assumption"),
    "range": Label("区间", "Range"),
    "reason": Label("理由", "Reason"),
    "number": Label("数字", "Number"),
    "made": Label("怎样得来", "How it was made"),
    "stands on": Label("所依据的行", "Lines it stands on"),
    "decided": Label("已决定", "decided"),
    "map note": Label(
        "内部使用，不得公开出版（未填审图号）", "Internal use, not for publication (no map review number)"
    ),
    "review number": Label("审图号", "Map review number"),
    "unknown": Label("未注明", "not stated"),
    "year": Label("年份", "Year"),
    "as released": Label("当次公布", "As released"),
    "restated": Label("下次发布所认（推算）", "As the next release has it (derived)"),
    "growth": Label("增速", "Growth"),
    "binds": Label("起作用", "binds"),
    "at": Label("序号", "No."),
    "section": Label("部分", "Part"),
    "element": Label("要素", "Element"),
    "does": Label("本报告做什么", "What is done"),
    "answer": Label("见于；或缺什么", "Shown by, or missing"),
    "target": Label("目标", "Target"),
    "aim": Label("目标值（年份）", "Aim (year)"),
    "pace needed": Label("需要的年均速度", "Needed a year"),
    "pace achieved": Label("已有的年均速度", "Achieved a year"),
    "rule": Label("判断规则", "Rule"),
    "from": Label("起点", "from"),
    "short": Label("简称", "Short name"),
    "not read": Label("未读到", "not read"),
    "point": Label("前一版要点", "Point of the earlier version"),
    "took up task": Label("由哪项任务承接", "Task that takes it up"),
    "took up path": Label("由哪条路径承接", "Path that takes it up"),
    "became": Label("变化", "What became of it"),
    "role": Label("角色", "Role"),
    "of the role": Label("为能看出这一角色的指标", "marks the indicators that would show it"),
    "register of": Label("登记：", "register: "),
    "not there": Label("仍缺", "still missing"),
    "quoted mark": Label("〔引〕", " [quoted]"),
    "quoted": Label("引", "Quoted"),
    "shown": Label("所示结果", "findings shown"),
    "computed": Label("由本报告的结果算出", "computed from findings of this report"),
    "more lines": Label("其余 {} 行见系统页面", "{} more lines stand on the page of the system"),
    "empty": Label("没有条目", "no entries"),
    "not published": Label("未公布", "Not published"),
    "rests on": Label("须知", "Mind"),
    "unclear": Label("方向不一", "moves in no one direction"),
    "slack": Label("不起作用", "does not bind"),
    "study": Label("研究", "Study"),
    "design": Label("设计", "Design"),
    "result": Label("结果", "Result"),
    "sign": Label("方向", "Sign"),
    "index": Label("指数", "Index"),
    "indicators": Label("指标：全部/有数/历年齐全", "Indicators: all/with data/complete"),
    "change": Label("变化", "Change"),
    "agree": Label("同向比例", "Same direction"),
    "worst": Label("最差目标值", "Worst"),
    "best": Label("最佳目标值", "Best"),
    "frozen": Label("固定日期", "Fixed on"),
    "choice": Label("选择", "Choice"),
    "kept": Label("名次保持", "rank kept"),
    "rank": Label("名次", "rank"),
    "places": Label("地，见下表", "places, see below"),
    "of": Label("对象", "Of"),
    "of change": Label("首末年变化", "change"),
    "of ranks": Label("末年名次", "last ranks"),
    "conclusion": Label("结论", "Conclusion"),
    "turned": Label("改变结论的项数", "Turned by"),
    "turned by": Label("是哪些", "Which"),
    "none": Label("没有一项", "none"),
    "rises": Label("上升", "rises"),
    "falls": Label("下降", "falls"),
    "stays": Label("不变", "stays"),
    "choice normalisation": Label("标准化", "normalisation"),
    "choice reading": Label("读数", "reading"),
    "choice missing": Label("缺数", "missing data"),
    "choice aggregation": Label("合成", "aggregation"),
    "choice weights": Label("权重", "weights"),
    "choice beyond": Label("超出目标值", "beyond goalposts"),
    "choice weight_spread": Label("权重浮动", "spread of weights"),
    "choice replications": Label("抽取次数", "draws"),
    "choice runs": Label("敏感性运行次数", "runs for sensitivity"),
    "choice low": Label("区间下端", "low end"),
    "choice high": Label("区间上端", "high end"),
    "choice seed": Label("随机种子", "seed"),
    "choice goalposts": Label("目标值区间", "goalposts"),
    "choice min-max": Label("期内极差", "min-max over the period"),
    "choice z": Label("Z 分数", "z scores"),
    "choice arithmetic": Label("算术平均", "arithmetic mean"),
    "choice geometric": Label("几何平均", "geometric mean"),
    "choice complete": Label("有缺数的指标全部不用", "indicators with gaps left out throughout"),
    "choice present": Label("只用当年有数的指标，不沿用上年", "indicators of each year alone, none carried over"),
    "choice kept": Label("照记", "kept"),
    "choice clipped": Label("截断", "clipped"),
}


def word(key: str, language: Language) -> str:
    """Return one of the fixed words."""
    return WORDS[key].text(language)


def unit_name(unit: str, language: Language) -> str:
    """Return a unit as the report prints it; an index base and an unknown unit stay as they are."""
    if language == "zh":
        return "" if unit == "1" else unit
    return _UNITS.get(unit, unit)


def units_named(name: str, language: Language) -> list[str]:
    """Return every unit that the report prints under a name."""
    return [unit for unit in _UNITS if unit_name(unit, language) == name]


def with_unit(text: str, unit: str, language: Language) -> str:
    """Return a number with its unit: no space before %, none in Chinese, a space in English."""
    name = unit_name(unit, language)
    if not name or "=" in unit:
        return text
    return f"{text}{name}" if name == "%" else f"{text} {name}"
