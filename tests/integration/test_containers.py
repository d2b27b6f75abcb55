"""Vacancies through inventory (edge, inbox, outbox, relay) on Kafka and PostgreSQL in containers.

The images are docker-compose.yml's, or what KAFKA_IMAGE and POSTGRES_IMAGE name. Skipped, with a warning that says why,
where there is no container engine or an image is not to be had.
"""

import asyncio
import contextlib
import datetime as dt
import json
import os
import warnings
from pathlib import Path
from uuid import uuid4

import asyncpg
import docker
import httpx
import pytest
import requests
import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from chassis import auth, migrations, topics
from chassis.auth import Role
from contracts.inventory import VacancyReleased
from contracts.landlord import DwellingAvailable, Outcome
from contracts.topics import INVENTORY_VACANCY
from inventory.main import service
from inventory.settings import Settings
from stack.landlord_system import LandlordSystem, receipts
from stack.servers import free_port

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())["services"]
IMAGES = {name: os.environ.get(f"{name.upper()}_IMAGE", COMPOSE[name]["image"]) for name in ("kafka", "postgres")}
PATIENCE_S = 2
LANDLORD, DWELLING = "999000001", "7500123456"
HOME = {
    "commune": "75118",
    "street": "Rue Ordener",
    "dwelling_type": "T3",
    "living_area_m2": 62.5,
    "financing": "PLUS",
    "base_rent_cents": 41_000,
    "service_charges_cents": 9_000,
}


def why_not():
    """What keeps containers from being used here, None where nothing does; found out within seconds."""
    try:
        engine = docker.from_env(timeout=PATIENCE_S)
        engine.ping()
    except (docker.errors.DockerException, requests.RequestException) as error:
        return f"no container engine answers ({type(error).__name__})"
    with contextlib.closing(engine):
        for image in IMAGES.values():
            try:
                engine.images.get(image)
            except docker.errors.ImageNotFound:
                repository, _, tag = image.rpartition(":")
                try:
                    for _ in engine.api.pull(repository, tag, stream=True, decode=True):
                        pass
                    engine.images.get(image)
                except (docker.errors.DockerException, requests.RequestException) as error:
                    return f"the image {image} is not here and cannot be pulled ({type(error).__name__})"
    return None


@pytest.fixture(scope="module", autouse=True)
def engine():
    """Skips the module, loudly, where containers cannot be used."""
    reason = why_not()
    if reason:
        warnings.warn(f"tests on containers were skipped: {reason}", stacklevel=1)
        pytest.skip(reason)
    # it would be one more image to pull, to clean up after processes that die; every container here is in a `with`
    testcontainers_config.ryuk_disabled = True


@pytest.fixture(scope="module")
def postgres_url(engine):
    with PostgresContainer(IMAGES["postgres"], username="parcours", password=uuid4().hex, dbname="inventory") as server:
        yield server.get_connection_url(driver=None)


@pytest.fixture(scope="module")
def broker(engine):
    """Kafka's container and its address here."""
    port = free_port()  # the broker must know beforehand what its clients will call it
    container = DockerContainer(IMAGES["kafka"]).with_bind_ports(19092, port)
    url = f"{container.get_docker_client().host()}:{port}"
    told = COMPOSE["kafka"]["environment"] | {
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://localhost:9092,LOCAL://{url}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    }
    started = LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60)
    with container.with_envs(**told).waiting_for(started):
        yield container, url


@pytest.fixture(scope="module")
def kafka_url(broker):
    return broker[1]


@pytest.fixture(scope="module")
async def inventory(postgres_url, kafka_url):
    """The service as it runs, with a landlord and its dwelling; yields a way to call it as that landlord."""
    await migrations.upgrade(postgres_url, "inventory")
    await topics.declare(kafka_url, landlords=[LANDLORD])
    key = auth.generate_key()
    app = service.app(
        Settings(
            database_url=postgres_url,
            kafka_url=kafka_url,
            instance=f"i{uuid4().hex}",
            token_public_keys=auth.public_pem(key),
        )
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inventory") as client,
    ):
        async with asyncio.timeout(60):
            while not (await client.get("/health/ready")).is_success:
                await asyncio.sleep(0.1)
        operator, landlord = (
            bearer(key, role, siren) for role, siren in ((Role.OPERATOR, None), (Role.LANDLORD, LANDLORD))
        )
        for path, body, who in (
            (f"/v1/landlords/{LANDLORD}", {"name": "Habitat Exemple"}, operator),
            (f"/v1/dwellings/{DWELLING}", HOME, landlord),
        ):
            answer = await client.put(path, json=body, headers=who)
            assert answer.is_success, answer.text
        client.headers.update(landlord)
        yield client


def bearer(key, role, siren):
    token = auth.issue(
        key,
        subject="test",
        roles=[role],
        siren=siren,
        ttl=dt.timedelta(minutes=10),
        jti=uuid4().hex,
        now=dt.datetime.now(dt.UTC),
    )
    return {"Authorization": f"Bearer {token}"}


def available(reference):
    return DwellingAvailable(
        dwelling_reference=DWELLING, vacancy_reference=reference, available_on=dt.date(2026, 12, 1)
    )


async def test_a_landlords_event_becomes_a_vacancy_once_and_each_sending_gets_its_receipt(inventory, kafka_url):
    async with LandlordSystem(kafka_url, name="//test") as system, receipts(kafka_url) as issued:
        outcomes = []
        for _ in range(2):
            envelope = await system.publish(LANDLORD, available("V-1"), event_id="one-id")
            receipt = await issued.of(envelope, timeout_s=30)
            assert receipt is not None, "no receipt came"
            outcomes.append(receipt.outcome)
    assert outcomes == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    vacancy = (await inventory.get(f"/v1/vacancies/{receipt.vacancy_id}")).json()
    assert (vacancy["state"], vacancy["ready_on"], vacancy["version"]) == ("available", "2026-12-01", 1)
    ((type_, value),) = await records(kafka_url, INVENTORY_VACANCY.name, key=vacancy["vacancy_id"])
    assert type_ == VacancyReleased.TYPE
    assert json.loads(value)["dwelling"]["commune"] == HOME["commune"]


async def test_what_was_accepted_while_the_broker_stood_still_is_published_once_it_goes_on(
    inventory, broker, postgres_url
):
    container, url = broker
    event = available("V-2")
    attributes = {"id": "two", "source": "//test", "type": event.TYPE, "time": dt.datetime.now(dt.UTC).isoformat()}
    headers = {f"ce-{name}": value for name, value in attributes.items()} | {"Content-Type": "application/json"}
    container.get_wrapped_container().pause()
    try:
        answer = await inventory.post("/v1/vacancy-events", content=event.encode(), headers=headers)
        assert await waiting(postgres_url), "nothing waits for the broker"
    finally:
        container.get_wrapped_container().unpause()
    assert (answer.status_code, answer.json()["outcome"]) == (202, Outcome.ACCEPTED), answer.text
    async with asyncio.timeout(60):
        while not (published := await records(url, INVENTORY_VACANCY.name, key=answer.json()["vacancy_id"])):
            await asyncio.sleep(0.1)
    assert [type_ for type_, _ in published] == [VacancyReleased.TYPE]


async def waiting(url):
    """How many rows of the outbox are not sent yet."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT count(*) FROM outbox")
    finally:
        await connection.close()


async def records(bootstrap, topic, *, key):
    """(type, value) of every record of one key."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)]
        found = []
        for place, end in (await consumer.end_offsets(places)).items():
            while await consumer.position(place) < end:
                polled = await consumer.getmany(place, timeout_ms=1000)
                found += [
                    (dict(record.headers)["ce_type"].decode(), record.value)
                    for record in polled.get(place, [])
                    if record.key == key.encode()
                ]
        return found
    finally:
        await consumer.stop()
