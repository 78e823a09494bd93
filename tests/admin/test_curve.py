"""The picture of error against automation."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from admin.cli.curve import draw
from engine.model.outcome import Fit
from engine.stages.thresholds.fit import fit
from tests.stages.thresholds.simulated import NOW, Extractor

SVG = "{http://www.w3.org/2000/svg}"


def fitted(count: int, *, scope: str = "all", worth: float = 0.04) -> Fit:
    history = Extractor(np.random.default_rng(4), worth=worth).history(count)
    return fit(history, NOW, target=0.005, scope=scope)


def words(path: Path) -> str:
    return "\n".join(one.text or "" for one in ET.parse(path).iter(f"{SVG}text"))


def test_the_target_the_proposed_and_the_present_point_are_marked(tmp_path: Path) -> None:
    found = fitted(6000)
    assert found.chosen is not None

    draw(tmp_path / "curve.svg", "ap_invoice@1", [found])

    told = words(tmp_path / "curve.svg")
    assert "ap_invoice@1, all: 6,000 documents, 6,000 of them reviewed" in told
    assert "target 0.5 %" in told
    automated, below = found.chosen.automated * 100, found.chosen.bound * 100
    assert f"proposed: {automated:.1f} % automated, error below {below:.2f} %" in told
    assert re.search(r"present: \d+\.\d % automated, error below \d\.\d\d %", told)


def test_a_history_that_proves_nothing_says_so(tmp_path: Path) -> None:
    draw(tmp_path / "curve.svg", "ap_invoice@1", [fitted(50)])

    assert "more reviewed documents without an error are needed" in words(tmp_path / "curve.svg")


def test_no_history_at_all_is_drawn(tmp_path: Path) -> None:
    draw(tmp_path / "curve.svg", "r@1", [fit([], NOW, target=0.01)])

    assert "r@1, all: 0 documents" in words(tmp_path / "curve.svg")


def test_groups_stand_one_below_the_other(tmp_path: Path) -> None:
    draw(tmp_path / "curve.svg", "ap_invoice@1", [fitted(3000), fitted(3000, scope="large")])

    root = ET.parse(tmp_path / "curve.svg").getroot()
    assert root.get("viewBox") == "0 0 860 880"
    assert "ap_invoice@1, large: 3,000 documents" in words(tmp_path / "curve.svg")


@pytest.mark.parametrize("worth", [0.0, 0.04, 0.5], ids=["no error", "few", "many"])
def test_nothing_is_drawn_outside_the_sheet(tmp_path: Path, worth: float) -> None:
    draw(tmp_path / "curve.svg", "r@1", [fitted(2000, worth=worth)])

    for shape in ET.parse(tmp_path / "curve.svg").iter():
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", shape.get("points", "")):
            assert 0 <= float(x) <= 860
            assert 0 <= float(y) <= 440


def test_a_name_with_signs_of_markup_is_text(tmp_path: Path) -> None:
    draw(tmp_path / "curve.svg", "<b>&", [fitted(10)])

    assert "<b>&, all" in words(tmp_path / "curve.svg")


def test_the_same_picture_is_written_as_png(tmp_path: Path) -> None:
    draw(tmp_path / "curve.png", "ap_invoice@1", [fitted(6000)])

    with Image.open(tmp_path / "curve.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1720, 880))
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a picture ends in \.svg or \.png, not '.jpg'"):
        draw(tmp_path / "curve.jpg", "r@1", [fitted(10)])
