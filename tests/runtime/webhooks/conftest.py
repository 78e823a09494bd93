"""A hub that may tell this machine, whose clock stands still."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.content.webhook_policy import WebhookPolicy
from engine.runtime.house import House
from tests.house import StoppedClock
from tests.runtime.webhooks.receiver import Receiver, receiving


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def house(empty_house: House, clock: StoppedClock) -> House:
    library = empty_house.library
    policy = WebhookPolicy(private_hosts=("127.0.0.1",), give_up_days=3)
    environment = library.environment.model_copy(update={"webhooks": policy})
    return replace(empty_house, clock=clock, library=replace(library, environment=environment))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one
