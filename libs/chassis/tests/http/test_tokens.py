"""Who may ask, who may not, and in which words they are told."""

import datetime as dt

import jwt
import pytest

from chassis import auth
from chassis.auth import BadKey, BadToken, PublicKeys, Role

from .conftest import HOME, KEY, NOW, OTHER_SIREN, PUBLIC_KEYS, SIREN, Service, token

DAY = dt.timedelta(days=1)


def issue(**changes) -> str:
    said = {"subject": "isl", "roles": [Role.LANDLORD], "siren": SIREN, "ttl": DAY, "jti": "1", "now": NOW} | changes
    return auth.issue(said.pop("private_key", KEY), **said)


def forged(claims: dict, *, key=KEY, algorithm="EdDSA", kid: str | None = None) -> str:
    base = {
        "iss": "parcours",
        "sub": "x",
        "jti": "1",
        "roles": ["operator"],
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + DAY).timestamp()),
    }
    claims = {name: value for name, value in (base | claims).items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid or auth.key_id(KEY.public_key())})


def test_what_is_issued_is_what_is_verified() -> None:
    principal = auth.verify(issue(), PUBLIC_KEYS, NOW)
    assert principal == auth.Principal(
        subject="isl", roles=frozenset({Role.LANDLORD}), siren=SIREN, jti="1", expires_at=NOW + DAY
    )


def test_names_that_no_column_holds_are_never_issued() -> None:
    for wrong in ({"subject": ""}, {"subject": "x" * 101}, {"jti": ""}, {"jti": "x" * 65}):
        with pytest.raises(ValueError, match="1 to 100 characters and its jti 1 to 64"):
            issue(**wrong)


def test_a_landlord_without_siren_is_never_issued() -> None:
    with pytest.raises(ValueError, match="SIREN exactly when"):
        issue(siren=None)
    with pytest.raises(ValueError, match="SIREN exactly when"):
        issue(roles=[Role.OPERATOR])


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ("", "not one of ours"),
        ("a.b.c", "not one of ours"),
        (issue()[:-3] + "AAA", "altered"),
        (issue(private_key=auth.generate_key()), "signed with a key that is not accepted"),
        (forged({}, key=auth.generate_key()), "altered"),
        (forged({}, key="a" * 32, algorithm="HS256"), "altered"),
        (forged({"exp": int(NOW.timestamp())}), "expired on 2026-11-22 at 09:30 UTC"),
        (forged({"iat": int((NOW + DAY).timestamp())}), "clocks differ"),
        (forged({"jti": None}), "not one of ours"),
        (forged({"iss": "else"}), "not one of ours"),
        (forged({"roles": None}), "malformed"),
        (forged({"exp": 10**30}), "malformed"),
    ],
)
def test_a_token_that_is_not_accepted(made: str, says: str) -> None:
    with pytest.raises(BadToken, match=says):
        auth.verify(made, PUBLIC_KEYS, NOW)


def test_none_is_no_algorithm() -> None:
    unsigned = jwt.encode({"iss": "parcours"}, None, algorithm="none", headers={"kid": auth.key_id(KEY.public_key())})
    with pytest.raises(BadToken):
        auth.verify(unsigned, PUBLIC_KEYS, NOW)


def test_a_public_key_is_no_shared_secret() -> None:
    raw = KEY.public_key().public_bytes_raw()
    with pytest.raises(BadToken):
        auth.verify(forged({}, key=raw, algorithm="HS256"), PUBLIC_KEYS, NOW)


def test_an_unknown_role_gives_nothing() -> None:
    assert auth.verify(forged({"roles": ["emperor"]}), PUBLIC_KEYS, NOW).roles == frozenset()


def test_keys_are_rotated_without_a_gap(tmp_path) -> None:
    new = auth.generate_key()
    both = auth.public_pem(KEY) + auth.public_pem(new)
    (tmp_path / "keys.pem").write_text(both)
    for keys in (
        PublicKeys.load(both),
        PublicKeys.load(str(tmp_path / "keys.pem")),
        PublicKeys.load(both.replace("\n", "\\n")),
    ):
        assert len(keys) == 2
        assert auth.verify(issue(), keys, NOW).siren == SIREN
        assert auth.verify(issue(private_key=new), keys, NOW).siren == SIREN


def test_a_private_key_survives_its_pem() -> None:
    again = auth.load_private_key(auth.private_pem(KEY))
    assert auth.verify(issue(private_key=again), PUBLIC_KEYS, NOW).jti == "1"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (auth.private_pem(KEY), "private key"),
        ("/nowhere/keys.pem", "cannot be read"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "not a PEM public key"),
        ("-----BEGIN PUBLIC KEY-----", "no PEM public key"),
    ],
)
def test_a_key_that_cannot_be_used(given: str, says: str) -> None:
    with pytest.raises(BadKey, match=says):
        PublicKeys.load(given)


async def test_no_token(service: Service) -> None:
    response = await service.client.post("/v1/homes", json=HOME)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["detail"] == "A token is needed: send Authorization: Bearer <token>."


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer abc", "Bearer \u00e9"])
async def test_a_header_that_holds_no_token(service: Service, header: str) -> None:
    response = await service.client.get("/v1/homes", headers={"Authorization": header.encode()})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('Bearer error="')
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_expired_token(service: Service) -> None:
    service.clock.advance(DAY)
    response = await service.client.post("/v1/homes", json=HOME, headers=token())
    assert response.status_code == 401
    assert "expired on 2026-11-23 at 09:30 UTC" in response.json()["detail"]


async def test_another_role(service: Service) -> None:
    response = await service.client.post("/v1/homes", json=HOME, headers=token(role=Role.OPERATOR))
    assert response.status_code == 403
    assert response.json()["detail"] == "The role landlord is needed; the token has: operator."
    response = await service.client.get("/v1/agents-only", headers=token(role=Role.AGENT))
    assert response.json() == "isl"


async def test_any_of_several_roles(service: Service) -> None:
    for role in (Role.AGENT, Role.OPERATOR):
        assert (await service.client.get("/v1/staff-only", headers=token(role=role))).status_code == 200
    response = await service.client.get("/v1/staff-only", headers=token())
    assert response.status_code == 403
    assert response.json()["detail"] == "The role agent or operator is needed; the token has: landlord."


async def test_another_landlord(service: Service) -> None:
    response = await service.client.post("/v1/homes", json=HOME, headers=token(siren=OTHER_SIREN))
    assert response.status_code == 403
    assert SIREN in response.json()["detail"]
    assert OTHER_SIREN in response.json()["detail"]
    assert await service.scalar("SELECT count(*) FROM home") == 0


async def test_a_revoked_token_stops_at_once_and_its_row_outlives_it(service: Service) -> None:
    assert (await service.client.get("/v1/homes", headers=token())).status_code == 200
    async with service.edge.unit("revoke") as work:
        for _ in range(2):  # a second time does nothing
            await auth.revoke(work.session, "jti-1", expires_at=NOW + DAY, reason="leaked", now=NOW)
    response = await service.client.get("/v1/homes", headers=token())
    assert response.status_code == 401
    assert response.json()["detail"] == "The token was revoked; ask for a new one."
    assert (await service.client.get("/v1/homes", headers=token(jti="jti-2"))).status_code == 200
    async with service.edge.unit("purge") as work:
        await auth.purge_revoked(work.session, NOW + DAY)
        assert await auth.is_revoked(work.session, "jti-1")
        await auth.purge_revoked(work.session, NOW + DAY + DAY)
        assert not await auth.is_revoked(work.session, "jti-1")
