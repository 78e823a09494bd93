"""What a person said about the documents in a file."""

from datetime import datetime

from engine.model.value import Value


class Cut(Value):
    """Where a file is to be cut. It counts for this file from now on, whatever the pages look like."""

    begins: tuple[int, ...] = ()
    """1-based pages at which the second and later documents begin, in order; none: the file is one document."""
    by: str
    at: datetime | None = None
