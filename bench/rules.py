"""Decisions a second of the rules alone: durable-rules next to a plain reading of the same YAML, in the same run.

    python bench/rules.py [--seconds 3]

One core, one thread, in seconds of processor time. Facts are drawn at random from what the catalogue allows (fixed seed); both must agree on every case.
"""

import argparse
import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from engine.content.condition import facts_of, truth
from engine.content.facts import Fact
from engine.content.library import Library
from engine.content.lint.cells import cells_of
from engine.content.ruleset import Ruleset
from engine.model.decision import FactValue
from engine.stages.decide import RuleBook

Facts = Mapping[str, FactValue]
Run = Callable[[Facts], object]
ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    library = Library.load(ROOT, "dev")
    print("| ruleset | rules | facts tested | clean documents/s | random facts/s | plain, clean | plain, random |")
    print("|---|---|---|---|---|---|---|")
    for ref, ruleset in library.rulesets.items():
        book = RuleBook(ruleset, library.facts)
        clean, drawn = [quiet(library)], draw(library, ruleset, 200)
        agree(library, ruleset, book, [*clean, *drawn])
        runs: list[Run] = [book.decide, partial(plain, library, ruleset)]
        figures = [per_second(run, cases, seconds) for run in runs for cases in (clean, drawn)]
        tested = {name for rule in ruleset.rules for name in facts_of(rule.condition)}
        told = " | ".join(f"{one:,.0f}" for one in figures)
        print(f"| {ref} | {len(ruleset.rules)} | {len(tested)} | {told} |")


def plain(library: Library, ruleset: Ruleset, facts: Facts) -> list[bool]:
    """Read the rules as they stand, again and again until no rule asserts anything new."""
    asserted: set[str] = set()
    while True:
        known = {**facts, **{name: name in asserted for name in library.facts.asserted}}
        answers = [truth(rule.condition, known) for rule in ruleset.rules]
        fired = [rule.missing == "fires" if a is None else a for rule, a in zip(ruleset.rules, answers, strict=True)]
        now = {rule.then.asserts for rule, did in zip(ruleset.rules, fired, strict=True) if did and rule.then.asserts}
        if now == asserted:
            return fired
        asserted = {name for name in now if name}


def quiet(library: Library) -> dict[str, FactValue]:
    """Facts of a document at which hardly a rule objects: what may be missing is."""
    return {
        name: None if library.facts[name].may_be_missing else _least(library.facts[name])
        for name in library.facts.computed
    }


def _least(fact: Fact) -> FactValue:
    return True if fact.type == "boolean" else 0 if fact.type == "integer" else fact.values[0] if fact.values else "x"


def draw(library: Library, ruleset: Ruleset, count: int) -> list[dict[str, FactValue]]:
    """Draw facts that reach every side of every test."""
    chance = random.Random(4)
    cells = cells_of(library.facts, [rule.condition for rule in ruleset.rules])
    return [{name: chance.choice(cells[name].values) for name in library.facts.computed} for _ in range(count)]


def agree(library: Library, ruleset: Ruleset, book: RuleBook, cases: list[dict[str, FactValue]]) -> None:
    for facts in cases:
        fired = [outcome.fired for outcome in book.decide(facts)]
        if fired != plain(library, ruleset, facts):
            raise SystemExit(f"{ruleset.ref}: the engine and a plain reading disagree on {facts}")


def per_second(run: Run, cases: list[dict[str, FactValue]], seconds: float) -> float:
    done, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for facts in cases:
            run(facts)
        done += len(cases)
    return done / (time.process_time() - began)


if __name__ == "__main__":
    main()
