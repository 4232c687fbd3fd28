"""References as GB/T 7714-2015 has them, kind by kind."""

import pytest

from xietong.library.origins import Flag, Grade, Origin
from xietong.publish.citations import citation, kind


def origin(publisher, title, *, edition="2024-03-21", retrieved="", url="", locator=""):
    return Origin(
        "t:a",
        publisher,
        title,
        edition,
        retrieved,
        locator,
        "",
        next(iter(Grade)),
        "public",
        "",
        Flag.OBSERVED,
        "",
        url,
    )


@pytest.mark.parametrize(
    ("one", "sign", "told"),
    [
        (origin("某局", "某市统计公报"), "R", "某局. 某市统计公报[R]. [出版地不详]: 某局, 2024-03-21."),
        (origin("某市日报", "一则新闻", locator="第 3 版"), "N", "一则新闻[N]. 某市日报, 2024-03-21(3)."),
        (origin("某局", "某年鉴", edition="2020"), "M", "某局. 某年鉴[M]. [出版地不详]: 某局, 2020."),
        (origin("某局", "行政区划 GB/T 2260"), "S", "某局. 行政区划 GB/T 2260[S]. [出版地不详]: 某局, 2024-03-21."),
        (origin("某网", "一则消息"), "Z", "某网. 一则消息[Z]. 2024-03-21."),
        (
            origin("某局", "一页", url="https://a.cn/b", retrieved="2026-11-01"),
            "EB/OL",
            "某局. 一页[EB/OL]. (2024-03-21)[2026-11-01]. https://a.cn/b.",
        ),
        (origin("某局", "某报告", url="https://a.cn/b"), "R/OL", "某局. 某报告[R/OL]. (2024-03-21). https://a.cn/b."),
    ],
)
def test_each_kind_has_its_form(one, sign, told):
    assert kind(one) == sign
    assert citation(one, "zh") == told
