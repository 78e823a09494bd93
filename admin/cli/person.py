"""Who types a command: the name that is given, else that of the login."""

import getpass
import os
from typing import NamedTuple

from engine.model.gate import Known


class Person(NamedTuple):
    """A name, and how it is known."""

    name: str
    known: Known


def person(said: str | None) -> Person:
    """Return the person who is named, or the user by whom this process runs (of the system, not of its environment)."""
    if said and said.strip():
        return Person(said.strip(), "said")
    return Person(_login(), "login")


def _login() -> str:
    try:
        import pwd
    except ImportError:  # systems without a password database
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container with a user id that has no name
        return f"uid {os.getuid()}"
