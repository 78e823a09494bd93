from pathlib import Path

from admin.http.token import api_token
from engine.runtime.settings import Settings


def test_a_token_is_made_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")

    first, file = api_token(settings)
    again, _ = api_token(settings)

    assert file is not None
    assert (first == again, len(first) >= 32, file.stat().st_mode & 0o777) == (True, True, 0o600)


def test_a_token_that_is_set_is_not_written_down(tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, "api_token": "from-the-vault"})

    assert api_token(settings) == ("from-the-vault", None)
    assert list(tmp_path.iterdir()) == []
