import asyncio

from benchmarks.pace import evenly


async def test_what_takes_long_does_not_delay_what_follows():
    release, sent = asyncio.Event(), []

    async def send(number: int) -> None:
        sent.append(number)
        if len(sent) == 20:
            release.set()
        await release.wait()

    async with asyncio.timeout(10):
        await evenly(20, 1000, send)
    assert sent == list(range(20))


async def test_the_rate_is_kept_on_average():
    loop, times = asyncio.get_running_loop(), []

    async def send(_: int) -> None:
        times.append(loop.time())

    began = loop.time()
    await evenly(10, 100, send)
    assert all(at - began >= number / 100 - 0.001 for number, at in enumerate(times)), "one was sent before its moment"
