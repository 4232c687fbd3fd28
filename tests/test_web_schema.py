"""Every question of the interface, asked as its own description allows and forbids: none is an error of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from conftest import SMALL
from hypothesis import HealthCheck, Phase, given, settings

from xietong.app import desk
from xietong.app.server import application

QUIET = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """The description of the interface over the small study, as the application hands it out."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("described")
    os.chdir(SMALL.parent)
    try:
        desk.build(Path("small/study"), folder)
        yield schemathesis.openapi.from_asgi("/api/openapi.json", application(Path("small/study"), folder))
    finally:
        os.chdir(before)


def test_no_question_that_can_be_asked_is_an_error_of_ours(schema: schemathesis.BaseSchema) -> None:
    operations = [told.ok() for told in schema.get_all_operations()]
    assert len(operations) > 10
    wrong: list[tuple[int, str, object]] = []
    for operation in operations:

        @QUIET
        @given(case=operation.as_strategy())
        def asked(case: schemathesis.Case) -> None:
            told = case.call()
            if told.status_code >= 500 or "json" not in told.headers["content-type"][0]:
                wrong.append((told.status_code, case.formatted_path, case.query))

        asked()
    assert wrong == []
