import datetime as dt
from uuid import uuid4

import jwt
import pytest
from pydantic import SecretStr

from chassis.links import BadLink, LinkExpired, Links

from .conftest import NOW

SECRET = "s" * 32
LINKS = Links(SecretStr(SECRET))
CALL = uuid4()
LATER = NOW + dt.timedelta(days=3)


def test_a_link_names_its_call_until_it_expires() -> None:
    link = LINKS.issue(CALL, expires_at=LATER)
    assert LINKS.verify(link, now=NOW) == CALL
    assert LINKS.verify(link, now=LATER - dt.timedelta(seconds=1)) == CALL
    with pytest.raises(LinkExpired, match="expired on 2026-11-25 at 09:30 UTC"):
        LINKS.verify(link, now=LATER)


def forged(claims: dict, secret: str = SECRET) -> str:
    base = {"aud": "answer", "call_id": str(CALL), "exp": int(LATER.timestamp())}
    return jwt.encode({k: v for k, v in (base | claims).items() if v is not None}, secret, algorithm="HS256")


@pytest.mark.parametrize(
    "link",
    [
        "",
        "x.y.z",
        LINKS.issue(CALL, expires_at=LATER)[:-2],
        forged({}, "t" * 32),
        forged({"aud": "portal"}),
        forged({"aud": None}),
        forged({"call_id": "7"}),
        forged({"call_id": 7}),
        forged({"call_id": None}),
        forged({"exp": None}),
        forged({"exp": 10**30}),
        jwt.encode({"aud": "answer", "call_id": str(CALL), "exp": 2**31}, None, algorithm="none"),
    ],
)
def test_a_link_that_is_not_ours(link: str) -> None:
    with pytest.raises(BadLink, match="open it again from the message"):
        LINKS.verify(link, now=NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 32 bytes"):
        Links(SecretStr("s" * 31))
