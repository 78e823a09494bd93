import json
import logging

import pytest
import structlog

from engine.runtime import logs


@pytest.fixture(autouse=True)
def _restore() -> object:
    yield
    structlog.reset_defaults()
    logging.basicConfig(force=True)


def test_a_log_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="info")

    structlog.get_logger().info("operation_settled", key="ab", state="committed")

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["key"], line["level"]) == ("operation_settled", "ab", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["password", "api_token", "client_secret", "Authorization", "private_key_file"])
def test_a_field_that_sounds_like_a_secret_is_blanked(capsys: pytest.CaptureFixture[str], name: str) -> None:
    logs.configure(form="json", level="info")

    structlog.get_logger().info("connected", **{name: "hunter2"})

    assert "hunter2" not in capsys.readouterr().err


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="console", level="warning")

    structlog.get_logger().info("document_read")

    assert capsys.readouterr().err == ""


def test_a_librarys_logger_writes_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="info")

    logging.getLogger("paramiko").warning("connection lost")

    assert json.loads(capsys.readouterr().err)["event"] == "connection lost"
