import pytest
from PIL import Image

from tests.adapters.sheets import sheet


@pytest.fixture(scope="session")
def clean_page() -> Image.Image:
    """Return the clean page, drawn once."""
    return sheet()
