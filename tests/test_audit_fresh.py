"""The audit on two texts by someone who had not seen it: nothing wrong passes, and hardly anything true is flagged."""

from __future__ import annotations

import pytest
from conftest import ROOT
from fresh_texts import figures, outcomes

from xietong.library.pack import Pack, read_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs/jingjinji", "packs/jingjinji")


@pytest.mark.parametrize(("language", "many"), [("zh", 343), ("en", 302)])
def test_the_texts_are_whole(pack: Pack, language: str, many: int) -> None:
    told = list(figures(pack, language))
    assert len(told) == many
    assert all(figure["why"] for figure, _ in told)


@pytest.mark.parametrize(("language", "false", "caught"), [("zh", 1, 69), ("en", 2, 58)])
def test_nothing_wrong_passes_and_little_that_is_true_is_flagged(
    pack: Pack, language: str, false: int, caught: int
) -> None:
    told = outcomes(pack, language)
    assert told["flagged", "passed"] == 0
    assert told["open", "passed"] == 0
    assert told["passed", "flagged"] <= false
    assert told["flagged", "flagged"] >= caught
