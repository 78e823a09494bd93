"""Asynchronous writes: jobs under an idempotency key (Oracle help, "REST Web Services Request Processing").

NetSuite honours `X-NetSuite-Idempotency-Key` for asynchronous calls alone. A key that was used before is answered with 400
IDEMPOTENCY_ERROR and the address of the job that it started, so sending again leads back to the first job.
"""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from adapters.netsuite.client import STRICT, NetSuiteApi, tell
from adapters.shared.answers import Answer, NotData, Told
from engine.model.errors import Ambiguous, Rejected, Transient

_SPACE = uuid.UUID("6f0c2c5e-2f0e-5d0a-9a52-3b4f7f6f1c11")
_JOB = "/services/rest/async/v1/job"
_MOST_FAILED = 5
_REFUSED = (400, 403, 404, 409, 500)


class Jobs:
    """Writes as jobs, and waits for them."""

    def __init__(self, api: NetSuiteApi, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._api = api
        self._sleep = sleep

    def write(self, method: str, path: str, body: Any, *, seed: str) -> None:
        """Have a write done by a job, once for a seed, and wait until it is done.

        A job that failed earlier under the same seed is followed by one new job: the reason may be mended by now. Raises
        Rejected with the job's words, Ambiguous while it is still at work.
        """
        name = seed
        for _ in range(_MOST_FAILED):
            job, is_new = self._begun(method, path, body, str(uuid.uuid5(_SPACE, name)))
            refusal = self._awaited(job)
            if refusal is None:
                return
            if is_new:
                raise refusal
            name = f"{name}/{job}"
        raise refusal or Ambiguous("NetSuite's jobs for this write cannot be told apart.")

    def _begun(self, method: str, path: str, body: Any, key: str) -> tuple[str, bool]:
        """Return the job of a key, and whether this call began it."""
        headers = {**STRICT, "prefer": "respond-async", "x-netsuite-idempotency-key": key}
        answer = self._api.http.write(method, path, json=body, headers=headers, expect=(202, 400))
        told = _told(answer)
        is_new = answer.status != 400  # noqa: PLR2004 - bad request
        if not is_new and told.code != "IDEMPOTENCY_ERROR":
            raise self._rejected(answer, told)
        found = re.search(r"/services/rest/async/v1/job/(\d+)", answer.headers.get("location", ""))
        if found is None:
            raise Ambiguous("NetSuite did not say which job does the work.", detail=answer.text[:200])
        return found.group(1), is_new

    def _awaited(self, job: str) -> Rejected | None:
        """Wait for a job. Returns why it failed, None when it was done."""
        waited, pause = 0.0, 0.25
        while True:
            try:
                state = self._api.http.object(self._api.http.read(f"{_JOB}/{job}"))
            except Transient as e:
                raise Ambiguous(f"NetSuite works on it (job {job}) and cannot be asked.", detail=e.detail) from e
            if state.get("completed") is True:
                break
            if waited >= self._api.settings.async_seconds:
                raise Ambiguous(f"NetSuite is still working on it (job {job}).")
            self._sleep(pause)
            waited, pause = waited + pause, min(2 * pause, 5.0)
        return None if state.get("progress") == "succeeded" else self._failure(job)

    def _failure(self, job: str) -> Rejected:
        try:
            answer = self._api.http.read(f"{_JOB}/{job}/task/1/result", expect=(200, 204, *_REFUSED))
        except Transient as e:
            raise Ambiguous(f"NetSuite's job {job} failed and its reason cannot be read.", detail=e.detail) from e
        if answer.status not in _REFUSED:
            raise Ambiguous(f"NetSuite's job {job} failed and gives no reason.", detail=answer.text[:200])
        return self._rejected(answer, _told(answer))

    def _rejected(self, answer: Answer, told: Told) -> Rejected:
        if not told.message:
            raise Ambiguous(f"NetSuite answered {answer.status}, which settles nothing.", detail=answer.text[:200])
        fields: Mapping[str, str] = {place: self._api.http.hide(words) for place, words in told.fields.items()}
        detail = self._api.http.hide(f"{answer.method} {answer.url}: {answer.status} {told.code}")
        return Rejected(self._api.http.hide(f"NetSuite: {told.message}"), fields=fields, detail=detail)


def _told(answer: Answer) -> Told:
    try:
        return tell(answer)
    except (NotData, KeyError, TypeError, AttributeError):
        return Told()
