"""What SAP says, sorted by what to do next."""

import json
from typing import Any

import pytest

from adapters.sap.client import ERRORS, Busy, Duplicate, tell
from adapters.shared.answers import Answer
from adapters.shared.http import Api, Dialect
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

API = Api("http://sap.invalid/", name="SAP", dialect=Dialect(tell=tell, errors=ERRORS))


def answer(status: int, code: str, message: Any = "no", *details: dict[str, str], body: bytes | None = None) -> Answer:
    text = {"lang": "en", "value": message} if isinstance(message, str) else message
    data = {"error": {"code": code, "message": text, "innererror": {"errordetails": list(details)}}}
    content = json.dumps(data).encode() if body is None else body
    return Answer(status, {"content-type": "application/json"}, content, "POST", "http://sap.invalid/x")


CASES = {
    "message class with 400": (answer(400, "M8/534", "Balance not zero"), Rejected),
    "message class with 500": (answer(500, "M8/534", "Balance not zero"), Rejected),
    "message class among the details": (
        answer(
            400,
            "/IWBEP/CX_MGW_BUSI_EXCEPTION",
            "Exception",
            {"code": "F5/117", "message": "Check", "severity": "error"},
        ),
        Duplicate,
    ),
    "a lock": (answer(400, "ME/006", "User SMITH already editing"), Busy),
    "a lock in words": (answer(400, "/IWBEP/X", "Document is locked by user SMITH"), Busy),
    "locked": (answer(423, "/IWBEP/X", "busy"), Busy),
    "no work process": (answer(503, "/IWFND/CM", "No dialog work process available"), Busy),
    "an exception with 500": (answer(500, "/IWBEP/CX_MGW_TECH_EXCEPTION", "dump"), Ambiguous),
    "another exception with 400": (answer(400, "/IWBEP/CM_MGW_RT/021", "Malformed"), Rejected),
    "no permission": (answer(403, "/IWFND/CM_BEC", "No authorization"), Unauthorised),
    "V4 spells its message plainly": (answer(400, "M8/003", ["x"]), Rejected),
    "HTML": (answer(500, "", body=b"<html>dump</html>"), Ambiguous),
    "a closed period": (answer(400, "F5/201", "Posting period 002 2026 is not open"), Rejected),
}


@pytest.mark.parametrize(("said", "error"), CASES.values(), ids=CASES)
def test_an_error_is_sorted_by_what_to_do_next(said: Answer, error: type[TargetError]) -> None:
    assert type(API.error(said, is_write=True)) is error


def test_a_lock_may_be_tried_again_at_once() -> None:
    assert issubclass(Busy, Transient)


def test_words_are_told_by_property_and_warnings_are_no_reasons() -> None:
    details = [
        {"code": "M8/321", "message": "Enter a tax code", "propertyref": "/TaxCode", "severity": "error"},
        {"code": "M8/999", "message": "Only so you know", "propertyref": "", "severity": "warning"},
        {"code": "/IWBEP/CX_MGW_BUSI_EXCEPTION", "message": "An exception", "propertyref": "", "severity": "error"},
    ]

    error = API.error(answer(400, "M8/321", "Enter a tax code", *details), is_write=True)

    assert isinstance(error, Rejected)
    assert (error.message, error.fields) == ("SAP: Enter a tax code", {"TaxCode": "Enter a tax code"})
