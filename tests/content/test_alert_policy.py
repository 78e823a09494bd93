"""Ways of alerts as an environment says them: no secret stands in the file."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.content.alert_policy import AlertWay

MAIL = {"kind": "email", "host": "smtp.example.com", "sender": "postroom@example.com", "to": ["ops@example.com"]}
PARSE: TypeAdapter[AlertWay] = TypeAdapter(AlertWay)


def test_a_way_tells_all_kinds_but_where_it_names_some() -> None:
    assert PARSE.validate_python(MAIL, strict=False).wants("parked")
    assert not PARSE.validate_python({**MAIL, "only": ("breaker_open",)}, strict=False).wants("parked")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({**MAIL, "password": "hunter2"}, id="password-in-the-file"),
        pytest.param({"kind": "slack", "url": "https://hooks.example.com/x"}, id="address-of-a-chat-in-the-file"),
        pytest.param({"kind": "slack", "url": {"text": "https://hooks.example.com/x"}}, id="no-place-of-secrets"),
        pytest.param({**MAIL, "to": ["ops@example.com, eve@example.com"]}, id="two-people-in-one-address"),
        pytest.param({**MAIL, "sender": "x@example.com\r\nBcc: y@example.com"}, id="header-in-an-address"),
        pytest.param({**MAIL, "only": ["weather"]}, id="unknown-alarm"),
        pytest.param({"kind": "pager"}, id="unknown-way"),
    ],
)
def test_what_is_wrong_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PARSE.validate_python(wrong, strict=False)
