"""What recognition engines share: grey pixels, recognised words in pixels, and the end of patience."""

from typing import Any, NamedTuple

import numpy as np

Grey = np.ndarray[Any, np.dtype[np.uint8]]


class Token(NamedTuple):
    """A recognised word in pixels of the picture; confidence 0..1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float

    @property
    def letters(self) -> int:
        """Letters and digits in it."""
        return sum(sign.isalnum() for sign in self.text)


class TimedOut(Exception):
    """The page took longer than it may. It is left unread."""
