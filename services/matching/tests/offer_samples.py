"""Steps that the tests of offers share: a home decided on by its committee."""

import datetime as dt

from committee_samples import AGENT, HELD_ON, allocated, decide, files, put, session
from pydantic import SecretStr

from chassis.links import OFFER, Links
from contracts.allocation import OfferMade
from contracts.event import Event

NOON = dt.timedelta(hours=12)
LINKS = Links(SecretStr("s" * 32), OFFER)


async def on_day(harness, day):
    """Noon in Paris of a day, with what was due by then done."""
    await at(harness, dt.datetime.combine(day, dt.time(11), tzinfo=dt.UTC))


async def at(harness, moment):
    harness.clock.advance(moment - harness.clock.now())
    await harness.run_due()


async def decided(harness, client, decisions=None, *, count=3, **facts):
    """A home with so many files that its committee ranks as the engine does, unless `decisions` says otherwise.

    Returns the vacancy and the candidacies, best first.
    """
    vacancy, ids = await files(harness, count, **facts)
    await decide_on(harness, client, vacancy, decisions(ids) if decisions else ranked(ids))
    return vacancy, ids


async def decide_on(harness, client, vacancy, decisions, **fields):
    session_id = await session(client)
    few = {} if len(decisions) > 2 else {"fewer_files_because": "too_few_candidates", "justification": "Deux appels."}
    listed = await put(client, session_id, vacancy, **few)
    assert listed.status_code == 201, listed.text
    await on_day(harness, HELD_ON)
    done = await decide(client, session_id, vacancy, decisions, **fields)
    assert done.status_code == 200, done.text
    await harness.run_due()


def ranked(ids):
    return [allocated(one, rank) for rank, one in enumerate(ids, start=1)]


async def told(harness, *kinds: type[Event]):
    types = {kind.TYPE for kind in kinds}
    return [one.payload for one in await harness.outbox() if one.type in types]


async def offers(harness):
    return await told(harness, OfferMade)


async def answer(client, offer, given, **fields):
    where = f"/v1/offers/{offer['offer_id']}/answer"
    return await client.post(where, json={"answer": given, **fields}, headers=AGENT)
