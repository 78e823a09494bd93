"""The search over everything, in both databases."""

import threading

import pytest
from sqlalchemy import Connection, Engine, select

from engine.model.document import Document
from engine.model.rights import FieldGroup
from engine.store import documents, reviews, search, summaries, tables
from engine.store.database import reading, transaction
from engine.store.reviews import Urgency
from engine.store.search import Words
from engine.store.summaries import Scope, Summary
from tests.store.factories import NOON, document

NOTHING: frozenset[FieldGroup] = frozenset()


def kept(tx: Connection, name: str, words: Words) -> Document:
    one = document(name)
    documents.add(tx, one)
    search.write(tx, one.id, words)
    return one


def found(tx: Connection, *words: str, groups: frozenset[FieldGroup] = NOTHING) -> list[str]:
    return [one.document_id for one in search.found(tx, words, groups=groups, within=None, most=10)]


def test_every_word_has_to_begin_a_word_of_the_document(tx: Connection) -> None:
    one = kept(tx, "1", Words(public=("nordlicht", "re20240815")))
    other = kept(tx, "2", Words(public=("nordlicht", "re20240816")))

    assert set(found(tx, "nord")) == {one.id, other.id}
    assert found(tx, "nord", "re2024081", "re20240815") == [one.id]
    assert found(tx, "nord", "licht") == []


def test_words_that_are_gone_do_not_find_it_any_more(tx: Connection) -> None:
    one = kept(tx, "1", Words(public=("alpha", "beta"), bank=("de8937040044",)))

    search.write(tx, one.id, Words(public=("beta", "gamma")))

    assert (found(tx, "alpha"), found(tx, "gamma"), found(tx, "beta")) == ([], [one.id], [one.id])
    assert set(tx.execute(select(tables.search_words.c.word)).scalars()) == {"beta", "gamma"}


def test_a_forgotten_document_leaves_no_word(tx: Connection) -> None:
    one = kept(tx, "1", Words(public=("alpha",), identity=("de136695976",)))

    search.forget(tx, one.id)

    assert found(tx, "alpha") == []
    assert tx.execute(select(tables.search_words)).all() == []
    assert search.lacking(tx, most=5) == []


def test_masked_values_are_found_only_by_who_may_look_in_them(tx: Connection) -> None:
    one = kept(tx, "1", Words(public=("alpha",), bank=("de8937040044",)))

    assert found(tx, "de893704") == []
    assert found(tx, "alpha", "de893704", groups=frozenset({"identity"})) == []
    (hit,) = search.found(tx, ["alpha", "de893704"], groups=frozenset({"bank"}), within=None, most=10)
    assert hit == (one.id, frozenset({"bank"}))


@pytest.mark.parametrize("rare", [1, 3000], ids=["every word is common", "a rare word leads"])
def test_the_way_of_looking_changes_nothing(tx: Connection, monkeypatch: pytest.MonkeyPatch, rare: int) -> None:
    monkeypatch.setattr(search, "_RARE", rare)
    for number in range(4):
        kept(tx, str(number), Words(public=("gmbh", "even" if number % 2 else "odd")))

    assert len(found(tx, "gmbh", "eve")) == 2


def test_only_what_is_within_reach_is_found(tx: Connection) -> None:
    one, other = (kept(tx, name, Words(public=("alpha",))) for name in "12")
    summaries.write(tx, Summary(document_id=one.id, type="receipt", entity="DE01"), name="a")
    reviews.open_review(
        tx, document_id=other.id, revision=1, queue="ap", reasons=[], message="", at=NOON, urgency=Urgency(team="ap")
    )

    def within(*scopes: Scope) -> list[str]:
        return [one.document_id for one in search.found(tx, ["alpha"], groups=NOTHING, within=scopes, most=10)]

    assert within(Scope(types=("receipt",))) == [one.id]
    assert within(Scope(entities=("DE02",))) == []
    assert within(Scope(team="ap")) == [other.id]
    assert set(within(Scope(team="ap"), Scope(entities=("DE01",)))) == {one.id, other.id}
    assert within() == []


def test_what_has_no_words_yet_is_lacking(tx: Connection) -> None:
    one = document("1")
    documents.add(tx, one)

    assert [each.id for each in search.lacking(tx, most=5)] == [one.id]


def test_of_two_that_keep_words_of_a_document_at_once_both_succeed(engine: Engine) -> None:
    with transaction(engine) as tx:
        one = document("1")
        documents.add(tx, one)
    begun, told = threading.Barrier(2, timeout=20), list[str]()

    def keep(word: str) -> None:
        begun.wait()
        with transaction(engine) as tx:
            search.write(tx, one.id, Words(public=(word,)))
        told.append(word)

    workers = [threading.Thread(target=keep, args=(word,)) for word in ("alpha", "beta")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    with reading(engine) as tx:
        kept_words = set(tx.execute(select(tables.search_words.c.word)).scalars())
    assert (sorted(told), len(kept_words)) == (["alpha", "beta"], 1)
