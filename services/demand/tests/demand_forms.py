"""Forms as agents fill them in, and what is left in the tables."""

from demand_samples import NUMBER

WHY = {"why": "committee of 3 December"}
TABLES = ("application", "person", "outbox", "due_work", "idempotency_key", "reading")


def registration(**over):
    return {
        "number": NUMBER,
        "registered_on": "2024-03-01",
        "applicant": {
            "given_name": "Awa",
            "family_name": "Diallo",
            "birth_date": "1988-07-14",
            "email": "awa@Exemple.fr",
            "phone": "06 12 34 56 78",
            "consents": [{"channel": "email", "granted": True, "given_on": "2024-03-01", "origin": "cerfa-14069"}],
        },
        **declaration(),
        **over,
    }


def declaration(**over):
    return {
        "current_housing": {
            "situation": "social_tenant",
            "home": {"landlord": "552032708", "commune": "93066", "dwelling_type": "T2"},
        },
        "household": {"persons_for_occupancy": 3, "persons_for_ceiling": 3, "reference_tax_income_euros": 21_000},
        "wishes": {
            "places": [{"commune": "75118", "neighbours": True}],
            "dwelling_types": ["T3"],
            "max_rent_cents": 65_000,
        },
        **over,
    }


def person(**over):
    return {**registration()["applicant"], **over}


async def register(client, **over):
    answer = await client.post("/v1/applications", json=registration(**over))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rows(harness):
    return {table: await harness.scalar(f"SELECT count(*) FROM {table}") for table in TABLES}


NOTHING = dict.fromkeys(TABLES, 0)


def fields(answer):
    return [error["field"] for error in answer.json()["errors"]]
