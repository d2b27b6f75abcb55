"""The Protocole's information letter, its window and its answer."""

import datetime as dt

from rights_samples import AS_PREFECT, MINE


async def test_the_informations_letter_opens_a_window_for_participants(stock, homes):
    vacancy = await stock.release(homes[1])
    url = f"/v1/vacancies/{vacancy}/letter"
    assert (await stock.client.post(url, headers=MINE)).status_code == 409
    await stock.everybody_joins()
    sent = await stock.client.post(url, headers=MINE)
    assert (sent.status_code, sent.json()["until"]) == (201, "2026-12-07")
    assert [one["until"] for one in await stock.told("holder-informed")] == ["2026-12-07"]
    assert (await stock.client.post(url, headers=MINE)).status_code == 409
    refused = await stock.client.put(f"{url}/answer", json={"answer": "accepted"}, headers=MINE)
    assert refused.status_code == 403
    answered = await stock.client.put(f"{url}/answer", json={"answer": "accepted"}, headers=AS_PREFECT)
    assert (answered.status_code, answered.json()["answer"]) == (200, "accepted")
    stock.harness.clock.advance(dt.timedelta(days=30))
    await stock.harness.run_due()
    assert [one["answer"] for one in await stock.told("holder-answered")] == ["accepted"]


async def test_silence_is_an_answer(stock, homes):
    await stock.everybody_joins()
    vacancy = await stock.release(homes[1])
    await stock.client.post(f"/v1/vacancies/{vacancy}/letter", headers=MINE)
    stock.harness.clock.advance(dt.timedelta(days=16))
    await stock.harness.run_due()
    assert [one["answer"] for one in await stock.told("holder-answered")] == ["silent"]
    late = await stock.client.put(
        f"/v1/vacancies/{vacancy}/letter/answer", json={"answer": "refused"}, headers=AS_PREFECT
    )
    assert late.status_code == 409
