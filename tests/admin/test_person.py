"""Who types a command."""

import os

import pytest

from admin.cli.person import person


def test_a_name_that_is_given_is_taken() -> None:
    assert person(" anna ") == ("anna", "said")


def test_without_a_name_the_login_of_the_system_is_taken_not_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pwd

    monkeypatch.setenv("LOGNAME", "somebody_else")
    monkeypatch.setenv("USER", "somebody_else")

    assert person("") == (pwd.getpwuid(os.getuid()).pw_name, "login")
