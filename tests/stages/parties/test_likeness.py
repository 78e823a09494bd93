import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.parties.likeness import codes_alike, weights, words_alike

TELL = weights([("schmidt", "bau"), ("meier", "bau"), ("huber", "bau"), ("nordwind", "bau")])
WORDS = st.lists(
    st.sampled_from(["nordwind", "nordwlnd", "bau", "handel", "j", "jansen", "4711"]), min_size=1, max_size=5
)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert TELL.bits("nordwind") > TELL.bits("bau")
    rare = words_alike(["nordwind", "x"], ["nordwind", "y"], TELL)
    common = words_alike(["bau", "x"], ["bau", "y"], TELL)
    assert rare["agreed"] > common["agreed"]


@pytest.mark.parametrize(
    ("mine", "theirs", "least", "most"),
    [
        (["nordwind", "bau"], ["bau", "nordwind"], 1.0, 1.0),
        (["nordwlnd", "bau"], ["nordwind", "bau"], 0.75, 0.99),
        (["j", "schmidt"], ["jansen", "schmidt"], 0.4, 0.9),
        (["schmidt", "bau"], ["meier", "bau"], 0.2, 0.6),
        (["nordwind"], ["meier"], 0.0, 0.0),
        (["halle", "4711"], ["halle", "4712"], 0.4, 0.6),
    ],
    ids=["swapped", "misread", "initial", "trade alone", "nothing", "numbers differ"],
)
def test_names_share_what_their_words_share(mine: list[str], theirs: list[str], least: float, most: float) -> None:
    assert least <= words_alike(mine, theirs, TELL)["share"] <= most


def test_an_empty_text_gives_no_sign() -> None:
    assert words_alike([], ["bau"], TELL) == {}
    assert codes_alike("", "4711") == {}


@given(WORDS, WORDS)
def test_likeness_is_the_same_both_ways_and_a_share(mine: list[str], theirs: list[str]) -> None:
    there, back = words_alike(mine, theirs, TELL), words_alike(theirs, mine, TELL)

    assert there == pytest.approx(back)
    assert 0.0 <= there["share"] <= there["cover"] <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("mine", "theirs", "sign"),
    [("4711", "4711", "same"), ("4711", "4712", "near"), ("4711", "4171", "near"), ("4711", "9920", "other")],
)
def test_codes_are_the_same_one_sign_off_or_others(mine: str, theirs: str, sign: str) -> None:
    assert [name for name, value in codes_alike(mine, theirs).items() if value] == [sign]
