"""Outcomes that come together are written together, and one that cannot be written takes no other with it."""

import asyncio

import pytest

from chassis.metrics import Metrics
from notifications.sending.settling import Settling


class Written(Settling):
    """Notes what each transaction would have written; `gate` holds the first one open."""

    def __init__(self, under_way=lambda: 0) -> None:
        super().__init__(edge=None, metrics=Metrics(), jitter=lambda: 0.5, under_way=under_way)
        self.transactions: list[list[str]] = []
        self.gate = asyncio.Event()
        self.broken: set[str] = set()

    async def _write(self, handed):
        names = [one for one, _ in handed]
        await self.gate.wait()
        if self.broken & set(names):
            raise ValueError("cannot be written")
        self.transactions.append(names)


def batch(*names: str):
    return [(name, None) for name in names]


async def settle_all(settling: Written, *batches) -> list[BaseException | None]:
    tasks = [asyncio.create_task(settling.settle(one)) for one in batches]
    await asyncio.sleep(0)
    settling.gate.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_comes_while_a_transaction_is_under_way_shares_the_next():
    settling = Written()
    assert await settle_all(settling, batch("a", "b"), batch("c"), batch("d", "e")) == [None] * 3
    assert settling.transactions == [["a", "b"], ["c", "d", "e"]]


async def test_nobody_waits_for_company():
    settling = Written()
    settling.gate.set()
    await settling.settle(batch("a"))
    await settling.settle(batch("b"))
    assert settling.transactions == [["a"], ["b"]]


async def test_a_busy_sender_s_outcomes_wait_for_those_that_are_about_to_come():
    settling = Written(under_way=lambda: 3)
    settling.gate.set()
    first = asyncio.create_task(settling.settle(batch("a")))
    await asyncio.sleep(0)
    await asyncio.gather(first, settling.settle(batch("b")), settling.settle(batch("c")))
    assert settling.transactions == [["a", "b", "c"]]


@pytest.mark.parametrize("broken", ["c", "d", "f"])
async def test_one_that_cannot_be_written_takes_no_other_with_it(broken):
    settling = Written()
    settling.broken = {broken}
    batches = [batch("a"), batch("b", "c"), batch("d"), batch("e"), batch("f")]
    fared = await settle_all(settling, *batches)
    wrong = [isinstance(one, ValueError) for one in fared]
    assert wrong == [broken in [name for name, _ in one] for one in batches]
    written = [name for names in settling.transactions for name in names]
    expected = [name for one in batches if broken not in dict(one) for name, _ in one]
    assert sorted(written) == sorted(expected)


async def test_a_cancelled_transaction_leaves_the_others_to_be_written():
    settling = Written()
    first = asyncio.create_task(settling.settle(batch("a")))
    await asyncio.sleep(0)
    second, third = (asyncio.create_task(settling.settle(batch(name))) for name in "bc")
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    settling.gate.set()
    await asyncio.gather(second, third)
    assert [name for names in settling.transactions for name in names] == ["b", "c"]
