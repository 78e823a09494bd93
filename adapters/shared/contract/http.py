"""The contract of a target that is called over HTTP: every way in which a network, a proxy or the system itself misbehaves."""

import contextlib
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from structlog.testing import capture_logs

from adapters.shared.contract.batch import BatchContract
from adapters.shared.contract.surroundings import HASTY, QUICK
from adapters.shared.sandbox.faults import KINDS, NOTHING_DONE, Fault
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from engine.model.operation import Operation
from engine.ports import HasSandbox, Target

HARMLESS = frozenset({"delay", "drip", "answer_twice"})
"""Faults after which a good answer may come all the same."""
UNSAID = tuple(kind for kind in KINDS if kind not in NOTHING_DONE | HARMLESS)
UNDONE = tuple(kind for kind in KINDS if kind in NOTHING_DONE - {"throttle", "expire_token"})
UNREAD = tuple(kind for kind in KINDS if kind not in HARMLESS)
LOOKED_UP = ("cut_before", "html_200", "empty", "schema_changed", "truncate", "html_500", "throttle")
ENDLESS = frozenset({"hang", "commit_then_hang", "drip"})
FOREVER = 1000


class HttpTargetContract(BatchContract):
    """What a target over HTTP keeps."""

    renews: ClassVar[bool] = True
    """Whether the credentials are tokens that end and are renewed."""
    can_look: ClassVar[bool] = True
    """Whether the system can be asked what it has. Where not, `find` goes by our own journal, and what got no answer stays
    unknown until the system's late word, or a person, settles it."""
    says_wait: ClassVar[bool] = True
    """Whether the system says how long to wait when it is asked too often."""

    def refused(self) -> tuple[Operation, str]:
        """Return an operation that the system refuses for its content, and the field or words that it says so with."""
        raise NotImplementedError

    def wrong_settings(self, sandbox: Any) -> Mapping[str, Any]:
        """Return settings that make the system refuse us, over those of the sandbox."""
        return {name: "wrong" for name in self.plug.manifest.secrets if name in sandbox.settings()}

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Spoil each of the calls that change something."""
        if "step" in metafunc.fixturenames:
            metafunc.parametrize("step", range(cls.writes))

    def spoil(
        self, sandbox: Any, kind: Any, *, on: str = "writes", times: int = 1, skip: int = 0, seconds: float = 1
    ) -> None:
        """Switch a fault on."""
        sandbox.faults.add(Fault(kind, times=times, on=on, skip=skip, seconds=seconds))

    def warm(self, sandbox: Any, kind: str = "") -> Target:
        """Return a target that is signed in, so that a fault meets the call that is meant."""
        self.patience = HASTY if kind in ENDLESS else QUICK
        target = self.connect(sandbox)
        assert target.find(self.operation(1)) is None
        return target

    def settled(self, sandbox: Any) -> str:
        """Return the id of the one object after all faults are over and a new worker took over."""
        sandbox.faults.clear()
        self.patience = QUICK
        if not self.can_look:
            return self._unseen(sandbox)
        receipt = self.once(self.connect(sandbox), self.operation(1))
        found = self.connect(sandbox).find(self.operation(1))
        assert len(self.standing(sandbox)) == 1
        assert found is not None
        assert found.external_id == receipt.external_id
        return receipt.external_id

    def _unseen(self, sandbox: Any) -> str:
        """Return the id of the one object, or nothing where it stays unknown: then it is never sent again."""
        target, stood = self.connect(sandbox), len(self.standing(sandbox))
        try:
            receipt = target.find(self.operation(1)) or target.send(self.operation(1))
        except Ambiguous:
            with pytest.raises(Ambiguous):
                target.send(self.operation(1))
            assert len(self.standing(sandbox)) == stood <= 1
            return ""
        assert len(self.standing(sandbox)) == 1
        return receipt.external_id

    # -- writes

    @pytest.mark.parametrize("kind", UNSAID)
    def test_what_was_done_and_not_said_is_unknown_and_found(self, sandbox: Any, kind: str, step: int) -> None:
        """Never a success, never an error that would be sent again: unknown, until somebody looks."""
        target = self.warm(sandbox, kind)
        self.spoil(sandbox, kind, skip=step)

        with pytest.raises(Ambiguous):
            target.send(self.operation(1))
        sandbox.faults.clear()
        self.patience = QUICK
        if self.writes == 1 and self.can_look:
            assert self.connect(sandbox).find(self.operation(1)) is not None
        self.settled(sandbox)

    @pytest.mark.parametrize("kind", UNDONE)
    def test_what_was_not_done_is_sent_once_more_and_stands_there_once(
        self, sandbox: Any, kind: str, step: int
    ) -> None:
        """Nothing of it is called a success, and nothing a refusal."""
        target = self.warm(sandbox, kind)
        self.spoil(sandbox, kind, skip=step, times=FOREVER)

        with pytest.raises(TargetError) as error:
            target.send(self.operation(1))

        assert isinstance(error.value, Transient | Ambiguous | Unauthorised)
        if self.writes == 1 and self.can_look:
            assert len(self.standing(sandbox)) == 0
            sandbox.faults.clear()
            self.patience = QUICK
            assert self.connect(sandbox).find(self.operation(1)) is None
        self.settled(sandbox)

    @pytest.mark.parametrize("kind", LOOKED_UP)
    def test_a_look_inside_a_send_that_went_wrong_makes_no_second_object(self, sandbox: Any, kind: str) -> None:
        """Whatever is asked on the way: no refusal because of it, and one object in the end."""
        target = self.warm(sandbox)
        self.spoil(sandbox, kind, on="reads", times=FOREVER)

        with contextlib.suppress(Transient, Ambiguous, Unauthorised):
            target.send(self.operation(1))
        self.settled(sandbox)

    def test_an_answer_that_takes_its_time_is_an_answer(self, sandbox: Any) -> None:
        """A slow system is no broken one."""
        target = self.warm(sandbox)
        self.spoil(sandbox, "delay", seconds=0.1)
        sent = target.send(self.operation(1))

        assert self.settled(sandbox) == sent.external_id

    def test_an_answer_that_drips_in_is_given_up_or_complete(self, sandbox: Any) -> None:
        """One byte at a time holds no worker for ever."""
        target = self.warm(sandbox, "drip")
        self.spoil(sandbox, "drip", seconds=0.1)
        sent = None
        with contextlib.suppress(Ambiguous):
            sent = target.send(self.operation(1)).external_id

        assert sent in {None, self.settled(sandbox)}

    def test_a_request_that_arrives_twice_makes_one_object_or_an_unknown_outcome(self, sandbox: Any) -> None:
        """A proxy may repeat what we sent once."""
        target = self.warm(sandbox)
        self.spoil(sandbox, "answer_twice")
        target.send(self.operation(1))
        if len(self.standing(sandbox)) == 1:
            self.settled(sandbox)
            return
        if not self.can_look:
            pytest.skip("nobody can see there that a proxy doubled it")

        assert not self.is_unique
        with pytest.raises(Ambiguous):
            self.connect(sandbox).find(self.operation(1))

    def test_a_short_throttle_is_waited_for(self, sandbox: Any) -> None:
        """A pause of a second needs no person and no durable step."""
        target = self.warm(sandbox)
        self.spoil(sandbox, "throttle", seconds=1)
        sent = target.send(self.operation(1))

        assert self.settled(sandbox) == sent.external_id

    def test_a_throttle_says_how_long_to_wait(self, sandbox: Any) -> None:
        """In whatever place and unit this system says it."""
        target = self.warm(sandbox)
        self.spoil(sandbox, "throttle", seconds=30, times=FOREVER)

        with pytest.raises(Transient) as error:
            target.send(self.operation(1))

        assert len(self.standing(sandbox)) == 0
        assert not self.says_wait or (error.value.retry_after or 0) >= 30  # noqa: PLR2004 - as asked for above
        self.settled(sandbox)

    def test_a_refusal_carries_the_systems_own_words(self, sandbox: Any) -> None:
        """A person reads what is wrong and where; nothing was made."""
        operation, words = self.refused()
        before = len(self.standing(sandbox))

        with pytest.raises(Rejected) as error:
            self.connect(sandbox).send(operation)

        said = [error.value.message, *error.value.fields, *error.value.fields.values()]
        assert any(words in one for one in said), said
        assert len(self.standing(sandbox)) == before

    # -- reads

    @pytest.mark.parametrize("kind", UNREAD)
    def test_a_look_that_went_wrong_is_no_absence(self, sandbox: Any, kind: str) -> None:
        """An empty, cut or foreign answer must not make us send again."""
        if not self.can_look:
            pytest.skip("the system cannot be asked")
        self.connect(sandbox).send(self.operation(1))
        self.patience = HASTY if kind in ENDLESS else QUICK
        target = self.connect(sandbox)
        target.find(self.operation(1))
        self.spoil(sandbox, kind, on="reads", times=FOREVER)

        with pytest.raises(TargetError) as error:
            target.find(self.operation(1))

        assert isinstance(error.value, Transient | Ambiguous | Unauthorised)

    # -- credentials

    def test_a_token_that_ended_is_renewed_once(self, sandbox: Any) -> None:
        """Nobody notices."""
        target = self.warm(sandbox)
        if not self.renews:
            pytest.skip("the credentials do not end")
        sandbox.expire_tokens()
        sent = target.send(self.operation(1))

        assert self.settled(sandbox) == sent.external_id

    def test_a_sign_in_that_stays_refused_is_said(self, sandbox: Any) -> None:
        """It is not tried for ever."""
        target = self.warm(sandbox)
        before = len(sandbox.calls)
        self.spoil(sandbox, "expire_token", on="writes", times=FOREVER)

        with pytest.raises(Unauthorised):
            target.send(self.operation(1))

        assert (len(self.standing(sandbox)), len(sandbox.calls) - before < 10) == (0, True)  # noqa: PLR2004 - a few

    def test_wrong_credentials_are_said_before_anything_is_done(self, sandbox: Any) -> None:
        """By every verb."""
        target: Any = self.connect(sandbox, **self.wrong_settings(sandbox))
        for call in self._verbs(target):
            with pytest.raises(Unauthorised):
                call()

        assert len(self.standing(sandbox)) == 0

    def test_a_system_that_is_away_can_be_tried_later(self, sandbox: Any) -> None:
        """No connection means that surely nothing was done."""
        target: Any = self.connect(sandbox)
        elsewhere = self.new_sandbox()
        elsewhere.stop_listening()
        gone: Any = self.connect(elsewhere)
        for call in self._verbs(gone):
            with pytest.raises(Transient):
                call()

        assert target.find(self.operation(1)) is None

    def _verbs(self, target: Any) -> Sequence[Callable[[], object]]:
        """Return the calls that reach the system."""
        looks = (lambda: target.find(self.operation(1)),) if self.can_look else ()
        return (*looks, lambda: target.send(self.operation(1)), target.ping)

    # -- secrets

    def test_nothing_secret_is_said_anywhere(self, sandbox: Any, caplog: pytest.LogCaptureFixture) -> None:
        """Not in logs, receipts or errors, even when the system shows us our own request."""
        caplog.set_level(logging.DEBUG)
        said: list[str] = []
        with capture_logs() as logs:
            target: Any = self.connect(sandbox)
            for kind in ("echo", "throttle", "html_500", "expire_token", "commit_then_cut"):
                for on in ("reads", "writes"):
                    self.spoil(sandbox, kind, on=on, times=2, seconds=60)
                    said += self._tried(target, self.operation(1))
                    sandbox.faults.clear()
            said += self._tried(target, self.refused()[0])
            receipt = self.once(target, self.operation(1 if self.can_look else 2))
        said += [
            receipt.model_dump_json(),
            json.dumps(logs, default=repr),
            caplog.text,
            repr(target),
            repr(vars(target)),
        ]

        everything = "\n".join(said)
        leaked = [secret[:3] + "…" for secret in self._secrets(sandbox) if secret in everything]
        assert leaked == []

    def _tried(self, target: Any, operation: Operation) -> Iterator[str]:
        for call in (target.find, target.send):
            try:
                yield repr(call(operation))
            except TargetError as e:
                yield from (e.message, e.detail, repr(e), repr(getattr(e, "fields", "")), repr(e.__cause__))

    def _secrets(self, sandbox: Any) -> set[str]:
        """Return what was given out as secret: lines of credentials, and every token that came in."""
        given = [str(sandbox.settings().get(name, "")) for name in self.plug.manifest.secrets]
        lines = [line.strip() for text in given for line in text.splitlines() if not line.startswith("-----")]
        tokens = [call.headers.get("authorization", "") for call in sandbox.calls]
        worn = [re.sub(r"^\w[\w-]* ", "", text) for text in tokens if not text.startswith("OAuth ")]
        return {text for text in (*lines, *worn) if len(text) >= 4}  # noqa: PLR2004 - shorter ones are words

    # -- the stand-in

    def test_the_plug_has_a_sandbox(self) -> None:
        """People try a flow without the system."""
        assert isinstance(self.plug, HasSandbox)
