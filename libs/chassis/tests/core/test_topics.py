"""Topics are declared when clients hear of them, not when the controller has made them."""

from types import SimpleNamespace

import pytest

from chassis import topics
from contracts.topics import TOPICS


class SlowBroker:
    """Tells of new topics from the third question on."""

    def __init__(self, **_: object) -> None:
        self.asked = 0
        self.made: list[str] = []

    async def start(self) -> None:
        self.asked = 0

    async def close(self) -> None:
        self.closed = True

    async def list_topics(self) -> list[str]:
        self.asked += 1
        return self.made if self.asked > 3 else []

    async def create_topics(self, wanted: list) -> SimpleNamespace:
        self.made = [one.name for one in wanted]
        return SimpleNamespace(topic_errors=[(name, 0, None) for name in self.made])


@pytest.fixture
def broker(monkeypatch):
    broker = SlowBroker()
    monkeypatch.setattr(topics, "AIOKafkaAdminClient", lambda **_: broker)
    monkeypatch.setattr(topics, "_AGAIN_S", 0.001)
    return broker


async def test_new_topics_are_there_for_clients_once_they_are_declared(broker):
    made = await topics.declare("127.0.0.1:9")
    assert made == sorted(topic.name for topic in TOPICS if not topic.per_landlord)
    assert broker.asked == 4
    assert set(await broker.list_topics()) == set(made)


async def test_a_broker_that_never_tells_of_them_is_left_to_the_services(broker, monkeypatch):
    monkeypatch.setattr(topics, "TIMEOUT_MS", 20)

    async def nothing() -> list[str]:
        return []

    monkeypatch.setattr(broker, "list_topics", nothing)
    assert await topics.declare("127.0.0.1:9")
