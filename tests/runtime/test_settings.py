import sys
import tomllib
from pathlib import Path

import pytest

from engine.model.errors import ContentError
from engine.ports import Limits
from engine.runtime.house import resolve
from engine.runtime.settings import Settings, secret


def test_every_limit_of_the_ports_is_a_setting_with_the_same_default() -> None:
    assert Settings(home=Path("x")).limits() == Limits()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_url_gets_our_driver(scheme: str) -> None:
    settings = Settings(home=Path("x"), database_url=f"{scheme}://me@host/hub")

    assert settings.sql_url() == settings.workflow_url() == "postgresql+psycopg://me@host/hub"


def test_on_sqlite_workflows_have_a_file_of_their_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    assert settings.sql_url() == f"sqlite:///{tmp_path}/postroom.sqlite"
    assert settings.workflow_url() == f"sqlite:///{tmp_path}/postroom-workflows.sqlite"


def test_a_content_folder_without_knowledge_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="POSTROOM_CONTENT"):
        Settings(home=tmp_path, content=tmp_path).content_folder()


def test_a_secret_comes_from_the_environment_or_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ERP_PASSWORD", "one")
    (tmp_path / "password").write_text("two\n")

    assert secret({"env": "ERP_PASSWORD"}) == "one"
    assert secret({"file": str(tmp_path / "password")}) == "two"


@pytest.mark.parametrize(
    ("reference", "words"),
    [({"env": "NOT_SET"}, "NOT_SET"), ({"file": "/no/such"}, "/no/such"), ("plain", "reference")],
)
def test_a_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch, reference: object, words: str) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)

    with pytest.raises(LookupError, match=words):
        secret(reference)


def test_a_binding_is_filled_in_without_showing_the_secret_when_it_is_missing() -> None:
    assert resolve({"folder": "{out}/erp", "port": 22}, out=Path("/drop"), target="erp") == {
        "folder": "/drop/erp",
        "port": 22,
    }
    with pytest.raises(ContentError, match=r"target erp: password: environment variable NOT_SET is not set"):
        resolve({"password": {"env": "NOT_SET"}}, out=Path("/drop"), target="erp")


class _Keyring:
    """Stands in for the keyring of the machine."""

    class errors:  # noqa: N801 - as in the library
        class KeyringError(Exception):
            pass

    @staticmethod
    def get_password(service: str, name: str) -> str | None:
        return {("erp/prod", "sftp"): "word"}.get((service, name))


def test_a_credential_may_be_kept_in_the_keyring_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", _Keyring)

    assert secret({"keyring": "erp/prod/sftp"}) == "word"
    with pytest.raises(LookupError, match="has no entry erp/other"):
        secret({"keyring": "erp/other"})
    with pytest.raises(LookupError, match="write service/name"):
        secret({"keyring": "erp"})


def test_without_the_library_a_keyring_entry_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(LookupError, match=r"needs the library keyring: pip install 'postroom\[keyring\]'"):
        secret({"keyring": "erp/sftp"})


def test_what_the_message_tells_to_install_is_an_extra_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert [one.partition(">")[0] for one in project["optional-dependencies"]["keyring"]] == ["keyring"]
    assert not [one for one in project["dependencies"] if one.startswith("keyring")]
