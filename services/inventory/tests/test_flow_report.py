"""The yearly report of CCH R441-5-1."""

from inventory_samples import LANDLORD
from rights_samples import AS_PREFECT, CITY, MINE, PREFECT, THEIRS, terms


async def test_counts_what_was_proposed_and_let(stock):
    await stock.agree(terms(), terms(CITY))
    let_to_prefect = 0
    for n in range(10):
        home = await stock.home(f"75000300{n:02}", built_in=1930 + 20 * (n % 2), in_priority_district=n < 5)
        vacancy = await stock.release(home)
        if (await stock.turn(vacancy))["holder"] == PREFECT and let_to_prefect < 2:
            await stock.let(home, application_id=await stock.apply(kind="first"))
            let_to_prefect += 1
    url = f"/v1/landlords/{LANDLORD}/flow-report/2026"
    report = (await stock.client.get(url, headers=MINE)).json()
    assert report["due_on"] == "2027-02-28"
    totals = {total["holder"]: (total["proposed"], total["let"]) for total in report["totals"]}
    assert totals == {PREFECT: (3, 2), CITY: (2, 0), None: (5, 0)}
    assert sum(row["proposed"] for row in report["rows"]) == 10
    assert {row["construction"] for row in report["rows"]} == {"avant 1949", "1949-1974"}
    assert {row["commune_name"] for row in report["rows"]} == {"Paris 18e Arrondissement"}
    mine = (await stock.client.get(url, headers=AS_PREFECT)).json()
    assert {row["holder"] for row in mine["rows"]} == {PREFECT}
    assert (await stock.client.get(url, headers=THEIRS)).status_code == 404
    empty = (await stock.client.get(f"/v1/landlords/{LANDLORD}/flow-report/2025", headers=MINE)).json()
    assert (empty["rows"], empty["totals"]) == ([], [])


async def test_as_a_spreadsheet(stock):
    await stock.agree(terms(holder_name="=Préfet; de Paris", share_percent=30))
    for n in range(4):
        await stock.release(await stock.home(f"75000300{n:02}"))
    answer = await stock.client.get(f"/v1/landlords/{LANDLORD}/flow-report/2026/csv", headers=MINE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("SIREN du réservataire;Réservataire;Typologie")
    assert lines[1] == (f'{PREFECT};"\'=Préfet; de Paris";T3;PLUS;;75118;Paris 18e Arrondissement;inconnue;1;0')
    assert answer.content.startswith(b"\xef\xbb\xbf")
