"""How one sample is to be made: which paper, in which form, and what the hub should do with it."""

from typing import Literal, Self

from admin.samples.compose import Wish
from admin.samples.model import Expect, Kind
from engine.model.value import Value

POST = Expect(route="post")
NO_FLOW = Expect(route="review", reason="no_flow", queue="intake")

Flaw = Literal[
    "", "wrong_sum", "new_account", "other_total", "contradiction", "swapped_code", "hidden_total",
    "truncated", "empty", "encrypted", "not_a_pdf",
]  # fmt: skip


class Form(Value):
    """How a paper was digitised."""

    dpi: int = 200
    has_grey: bool = True
    """False: one bit a pixel."""
    angle: float = 0
    dirt: float = 0.2
    has_stamp: bool = False
    tilt: float = 1.0
    darkness: float = 0.35
    fading: float = 0
    """How far heat print has faded: 0 (fresh) to 1."""
    creases: int = 0


class Recipe(Value):
    """One sample. Everything left to chance is drawn from the seed and the name."""

    name: str
    kind: Kind
    vendor: str
    """Id of the party that sends it."""
    layout: str = "harbour"
    wish: Wish = Wish()
    form: Form = Form()
    order: Literal["", "exact", "short", "unknown", "closed"] = ""
    """Which order it names: one that fits, one over less money, one that nobody placed, one that is closed."""
    flaw: Flaw = ""
    code: Literal["", "giro", "swiss"] = ""
    """The payment code on it."""
    service: Literal["postroom", "textract"] = "postroom"
    """Whose answer a document of the kind `ocr` is."""
    parts: tuple[Self, ...] = ()
    """What is in a bundle; without any it is one paper alone."""
    has_separators: bool = False
    is_scanned: bool = False
    """A bundle that went through the scanner, in its `form`."""
    original: Self | None = None
    """Uses the paper of another recipe: the same business document once more."""
    is_same_file: bool = False
    """The very same bytes as the original."""
    expect: Expect = POST
    about: str = ""
