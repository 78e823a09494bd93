from collections.abc import Mapping, Sequence
from email import message_from_string, policy
from typing import Any

import pytest

from adapters.notify.plug import PLUG
from adapters.shared.contract.http import UNSAID
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.model.errors import Ambiguous
from engine.model.operation import Operation
from tests.adapters.contract import HttpTargetContract, TargetContract
from tests.adapters.notify.messages import mail, operation


class Told:
    """What messages have in common: nobody can be asked for one, so another text under our key is told by our own notes."""

    def test_somebody_elses_object_under_our_natural_key_is_not_taken_for_ours(self, sandbox: Any, target: Any) -> None:
        target.send(self.operation(1))  # type: ignore[attr-defined]
        with pytest.raises(Ambiguous, match="Another text"):
            self.connect(sandbox).find(self.operation(1, text="something else"))  # type: ignore[attr-defined]

    def samples(self) -> Sequence[Operation]:
        return (
            mail(1, cc="bills@birch.example", attachments=[{"name": "a.pdf", "sha256": ATTACHED_SHA256}]),
            operation("slack", 1, {"title": "A", "text": "B", "url": "https://hub.example/1"}),
            operation("teams", 1, {"title": "A", "facts": [{"name": "vendor", "value": "V1"}], "url": "https://hub.example/1"}),
        )  # fmt: skip


class TestSlack(Told, HttpTargetContract):
    plug = PLUG
    kind = "slack"
    is_unique = False
    renews = False
    can_look = False

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        facts = [{"name": "amount", "value": price or "10.5"}]
        return operation(
            "slack", f"{n}{number}", {"title": number or f"RE-{n}", "text": text or "goods", "facts": facts}
        )

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
            standing = {"text": str(standing["text"]).replace(mark, sign)}
        number, text, price, _ = standing["text"].split("\n")
        return text, price.removeprefix("amount: "), number

    def refused(self) -> tuple[Operation, str]:
        return operation("slack", 9, {"title": "A", "text": "x" * 41_000}), "invalid_payload"

    def wrong_settings(self, sandbox: Any) -> Mapping[str, Any]:
        return {"slack_webhook": f"{sandbox.url}/services/T0/B0/wrong"}


class TestTeams(TestSlack):
    kind = "teams"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        plain = super().operation(n, text=text, price=price, number=number)
        return operation("teams", f"{n}{number}", plain.payload)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        title, text, facts, _ = standing["attachments"][0]["content"]["body"]
        parts = (text["text"], facts["facts"][0]["value"], title["text"])
        unmarked = [part.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") for part in parts]
        return unmarked[0], unmarked[1], unmarked[2]

    def refused(self) -> tuple[Operation, str]:
        return operation("teams", 9, {"title": "A", "text": "x" * 29_000}), "28 KB"

    def wrong_settings(self, sandbox: Any) -> Mapping[str, Any]:
        return {"teams_webhook": f"{sandbox.url}/workflows/1?sig=wrong", "slack_webhook": None}

    @pytest.mark.parametrize("kind", UNSAID)
    def test_what_was_done_and_not_said_is_unknown_and_found(self, sandbox: Any, kind: str, step: int) -> None:
        if kind != "empty":
            super().test_what_was_done_and_not_said_is_unknown_and_found(sandbox, kind, step)
            return
        # 202 without a word is what a workflow says when it begins
        target = self.warm(sandbox)
        self.spoil(sandbox, kind)
        sent = target.send(self.operation(1))
        assert self.settled(sandbox) == sent.external_id


class TestMail(Told, TargetContract):
    plug = PLUG
    kind = "mail"
    is_unique = False
    number = "R'6/8 +ä&=?#%"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return mail(f"{n}{number}", subject=f"{number or f'RE-{n}'} | {price or '10.5'}", text=text or "goods")

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        read = message_from_string(standing["raw"], policy=policy.default)
        number, _, price = str(read["Subject"]).partition(" | ")
        return str(read.get_content()).removesuffix("\r\n"), price, number
