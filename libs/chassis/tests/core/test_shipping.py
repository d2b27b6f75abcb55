"""A page on its way: one batch a partition, order for every key whatever the broker answers. No broker is needed."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from chassis.shipping import ALONE_BYTES, Shipment, partition_of

TOPIC = "inventory.vacancy.v1"


class Producer:
    """Answers as it is told; `sent` is what arrived, in order: the keys of a batch, or one key alone."""

    def __init__(self, *, partitions: int = 1, batch_bytes: int = 100_000) -> None:
        self.sent: list[tuple[str, ...]] = []
        self.failures: dict[int, Exception] = {}
        """What the n-th thing sent meets."""
        self.refused_alone: set[str] = set()
        self._partitions = partitions
        self._batch_bytes = batch_bytes
        self._keys: dict[int, list[str]] = {}

    async def partitions_for(self, _topic: str) -> set[int]:
        return set(range(self._partitions))

    def create_batch(self) -> BatchBuilder:
        batch = BatchBuilder(self._batch_bytes, 0)
        keys: list[str] = self._keys.setdefault(id(batch), [])
        append = batch.append

        def noted(**record: Any) -> Any:
            taken = append(**record)
            if taken is not None:
                keys.append(record["key"].decode())
            return taken

        batch.append = noted  # type: ignore[method-assign]
        return batch

    async def send_batch(self, batch: BatchBuilder, _topic: str, *, partition: int) -> "asyncio.Future[Any]":
        keys = self._keys[id(batch)]
        assert {partition_of(key, self._partitions) for key in keys} == {partition}
        return self._answer(tuple(keys), self.failures.get(len(self.sent)))

    async def send(self, _topic: str, *, partition: int, key: bytes, **_: Any) -> "asyncio.Future[Any]":
        assert partition_of(key.decode(), self._partitions) == partition
        if key.decode() in self.refused_alone:
            raise MessageSizeTooLargeError
        return self._answer((key.decode(),), self.failures.get(len(self.sent)))

    def _answer(self, keys: tuple[str, ...], failure: Exception | None) -> "asyncio.Future[Any]":
        self.sent.append(keys)
        answer = asyncio.get_running_loop().create_future()
        if failure:
            answer.set_exception(failure)
        else:
            answer.set_result(None)
        return answer


def page(*keys: str, size: int = 10) -> list[dict[str, Any]]:
    return [
        {"seq": seq, "topic": TOPIC, "key": key, "payload": "x" * size, "headers": '{"ce_id": "1"}'}
        for seq, key in enumerate(keys)
    ]


def seqs(rows: Any) -> list[int]:
    return [row["seq"] for row in rows]


async def test_the_rows_of_a_partition_are_one_batch_in_the_pages_order():
    broker = Producer(partitions=3)
    rows = page(*"abcdefab")
    shipment = Shipment(broker)
    await shipment.load(rows)
    sent, again = shipment.outcome()
    assert len(broker.sent) == len({partition_of(key, 3) for key in "abcdef"}), "one batch a partition"
    for keys in broker.sent:
        assert len({partition_of(key, 3) for key in keys}) == 1
        assert list(keys) == [key for key in "abcdefab" if key in keys]
    assert sorted(seqs(sent.moved)) == list(range(8))
    assert not again


@pytest.mark.parametrize("partitions", [1, 3, 12])
def test_a_key_lies_where_aiokafkas_own_partitioner_puts_it(partitions):
    own = DefaultPartitioner()
    for number in range(200):
        key = f"{number:032x}"
        everywhere = list(range(partitions))
        assert partition_of(key, partitions) == own(key.encode(), everywhere, everywhere)


async def test_a_full_batch_is_followed_by_another():
    broker = Producer(batch_bytes=500)
    shipment = Shipment(broker)
    await shipment.load(page(*"aabbccaabbcc", size=100))
    sent, _ = shipment.outcome()
    assert len(broker.sent) > 1
    assert "".join(key for keys in broker.sent for key in keys) == "aabbccaabbcc"
    assert seqs(sent.moved) == list(range(12))


async def test_a_large_row_travels_alone_in_its_place_and_keeps_nobody_back():
    broker = Producer()
    broker.refused_alone = {"b"}
    rows = page("a", "b", "c", "b")
    rows[1]["payload"] = "x" * (ALONE_BYTES + 1)
    shipment = Shipment(broker)
    await shipment.load(rows)
    sent, again = shipment.outcome()
    assert seqs(sent.moved) == [0, 2]
    assert [seq for seq, _ in sent.refused] == [1], "the later row of its key is not sent, and parked with it"
    assert not again


async def test_after_a_failure_nothing_later_of_its_keys_counts_as_sent():
    broker = Producer(batch_bytes=300)
    broker.failures[0] = KafkaConnectionError()
    shipment = Shipment(broker)
    await shipment.load(page("a", "a", "b", "a", "b", "c", size=100))
    assert broker.sent == [("a", "a"), ("b", "a"), ("b", "c")]
    sent, _ = shipment.outcome()
    assert isinstance(sent.failure, KafkaConnectionError)
    assert seqs(sent.moved) == [2, 4, 5]


async def test_a_refused_batch_is_sent_singly_to_learn_which_row_it_was():
    broker = Producer()
    broker.failures[0] = MessageSizeTooLargeError()
    rows = page("a", "b", "a", "c")
    shipment = Shipment(broker)
    await shipment.load(rows)
    sent, again = shipment.outcome()
    assert (sent.moved, sent.refused, again) == ([], [], rows)
    broker.refused_alone = {"a"}
    singly = Shipment(broker)
    await singly.load_singly(again)
    sent, again = singly.outcome()
    assert seqs(sent.moved) == [1, 3]
    assert [seq for seq, _ in sent.refused] == [0]
    assert not again


async def test_what_came_after_a_refused_batch_of_its_key_is_sent_once_more():
    broker = Producer(batch_bytes=400)
    broker.failures[0] = MessageSizeTooLargeError()
    rows = page("a", "b", "a", "c", size=100)
    shipment = Shipment(broker)
    await shipment.load(rows)
    assert broker.sent == [("a", "b"), ("a", "c")]
    sent, again = shipment.outcome()
    assert seqs(again) == [0, 1]
    assert seqs(sent.moved) == [3], "the later row of a waits on its row for the earlier one"
