"""What roles allow, what never comes together, and how far a grant reaches."""

from itertools import chain, combinations
from typing import get_args

import pytest

from engine.model.rights import APART, KNOWLEDGE, ROLES, Grant, Role, Subject, Verb, may, verbs, visible

EVERY_ROLE: tuple[Role, ...] = get_args(Role)
EVERY_COMBINATION = list(chain.from_iterable(combinations(EVERY_ROLE, n) for n in range(len(EVERY_ROLE) + 1)))
INVOICE = Subject(type="invoice", entity="1000", team="ap")


def test_every_role_stands_in_the_table_with_verbs_that_there_are() -> None:
    assert set(ROLES) == set(EVERY_ROLE)
    assert frozenset().union(*ROLES.values()) == set(get_args(Verb))


def test_no_combination_of_roles_both_writes_what_decides_and_approves() -> None:
    both = [
        roles for roles in EVERY_COMBINATION
        if "approve_documents" in (held := verbs(Grant(role=role) for role in roles)) and KNOWLEDGE & held
    ]  # fmt: skip

    assert len(EVERY_COMBINATION) == 2 ** len(EVERY_ROLE)
    assert both == []


def test_duties_that_are_apart_stay_apart_in_every_combination_also_within_scopes() -> None:
    scopes = (Grant(role="viewer"), Grant(role="viewer", team="ap"), Grant(role="viewer", entities=("1000",)))
    held = [
        verbs(scope.model_copy(update={"role": role}) for role in roles)
        for roles in EVERY_COMBINATION for scope in scopes
    ]  # fmt: skip

    assert [one for one in held for first, second in APART if first & one and second in one] == []


def test_an_approver_alone_approves() -> None:
    assert may([Grant(role="approver")], "approve_documents", INVOICE)


@pytest.mark.parametrize(
    ("grant", "reaches"),
    [
        pytest.param(Grant(role="reviewer"), True, id="everything"),
        pytest.param(Grant(role="reviewer", team="ap"), True, id="the team"),
        pytest.param(Grant(role="reviewer", team="sales"), False, id="another team"),
        pytest.param(Grant(role="reviewer", types=("invoice", "credit_note")), True, id="the type"),
        pytest.param(Grant(role="reviewer", types=("contract",)), False, id="another type"),
        pytest.param(Grant(role="reviewer", entities=("2000",)), False, id="another company"),
        pytest.param(Grant(role="reviewer", team="ap", entities=("2000",)), False, id="one of two fits"),
    ],
)
def test_a_grant_reaches_what_is_in_its_scope(grant: Grant, reaches: bool) -> None:
    assert may([grant], "correct_documents", INVOICE) is reaches


def test_what_is_not_known_of_a_document_is_in_no_scope_that_restricts_it() -> None:
    assert not may([Grant(role="reviewer", entities=("1000",))], "read_documents", Subject(type="invoice"))
    assert may([Grant(role="reviewer")], "read_documents", Subject())


def test_scopes_of_two_grants_are_not_mixed() -> None:
    grants = [Grant(role="reviewer", team="sales"), Grant(role="viewer", team="ap")]

    assert may(grants, "read_documents", INVOICE)
    assert not may(grants, "correct_documents", INVOICE)


def test_masked_fields_are_seen_where_the_grant_reaches() -> None:
    grants = [Grant(role="viewer"), Grant(role="reviewer", team="ap", fields=("bank",))]

    assert visible(grants, INVOICE) == {"bank"}
    assert visible(grants, Subject(type="invoice", team="sales")) == frozenset()
