import pytest

from engine.content.phrase import Gap, Slot, Spelled, literals, parse_phrase


def test_a_phrase_is_words_gaps_and_one_place() -> None:
    pattern = parse_phrase('(between|made by) [the] {company} ... "customer|client"')

    assert pattern.elements == (
        Spelled((("between",), ("made", "by"))),
        Spelled((("the",),), is_optional=True),
        Slot("company"),
        Gap(40),
        Spelled((("customer",), ("client",)), is_term=True),
    )


def test_a_phrase_may_say_itself_what_it_means() -> None:
    assert parse_phrase("renew* automatically => automatic").means == "automatic"
    assert list(literals(parse_phrase("renew* automatically => automatic"))) == ["automatically"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{} fee", "begins with words"),
        ("[the] fee {}", "begins with words"),
        ("", "begins with words"),
        ("annual fee", "needs one place"),
        ("fee of {} or {}", "needs one place"),
        ("fee of {} => year", "needs one place"),
        ("annual fee =>", "needs one place"),
        ("fee .. ... {}", "words or the value between"),
        ("fee {} ..", "words or the value between"),
        ("a " * 30 + "{}", "at most 24 parts"),
        ("fee {money}", "a place is `{}` or `{company}`"),
        ("fee (of {}", "write words"),
        ("fee ((of)) {}", "write words"),
        ("fee (of|) {}", "write words"),
        ("fee a|b {}", "write words"),
        (".* {}", "write words"),
    ],
)
def test_a_broken_phrase_is_refused_with_how_it_is_written(text: str, told: str) -> None:
    with pytest.raises(ValueError, match="(?s)" + "".join(f"[{c}]" if c in "{}|`" else c for c in told)):
        parse_phrase(text)
