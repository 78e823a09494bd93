"""Exceptions, sorted by what the caller does next.

PostroomError
├── ContentError          written knowledge is broken: refuse to start, name file, path and allowed values
├── ReadError             this document cannot be read: a finding for a person, never a crash of the run
├── IllegalMove           a document or operation was asked to change state in a way that is not allowed
└── TargetError           a system of record answered badly
    ├── Transient         try again later (retry_after seconds when the target said so)
    ├── Unauthorised      credentials are wrong or expired: refresh once, then leave the target alone
    ├── Rejected          the target understood and said no: a person corrects, never resend as it is
    └── Ambiguous         the call left and no answer came: look with `find` before trying again
"""

from collections.abc import Mapping


class PostroomError(Exception):
    """Any error of ours: `message` is for the clerk, `detail` for the engineer."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class ContentError(PostroomError):
    """Written knowledge is broken. Start, lint and promotion are refused until the file is mended."""

    def __init__(self, message: str, *, file: str, path: str = "", line: int | None = None) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {path + ': ' if path else ''}{message}")
        self.file = file
        self.path = path
        self.line = line
        self.reason = message
        """What is wrong, without where."""


class ReadError(PostroomError):
    """A document cannot be read. `code` becomes a finding (`unreadable_pdf`, `encrypted`, `too_many_pages` ...)."""

    def __init__(self, message: str, *, code: str, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.code = code


class IllegalMove(PostroomError):
    """A state change that the table of allowed moves does not hold. A bug or a race: load again and decide anew."""


class TargetError(PostroomError):
    """A system of record answered badly."""


class Transient(TargetError):
    """Nothing took effect and a later try may succeed. Wait `retry_after` seconds when the target named a time."""

    def __init__(self, message: str, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.retry_after = retry_after


class Unauthorised(TargetError):
    """Credentials were refused. Renew once; if that fails, leave the target alone and tell the operator."""


class Rejected(TargetError):
    """The target understood and said no. `fields` holds its words per field path; a person corrects."""

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.fields = dict(fields or {})


class Ambiguous(TargetError):
    """The call left and no answer came. Look with `find` before trying again."""
