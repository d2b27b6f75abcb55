import base64
import datetime as dt
import re
from uuid import uuid4

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


LINK = LINKS.issue(CALL, expires_at=LATER)


def test_a_link_is_short_enough_for_an_sms() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{48}", LINK)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "x.y.z",
        "é" * 48,
        LINK[:-1],
        LINK[:-4],
        LINK + "AAAA",
        LINK.replace(LINK[0], "!", 1),
        Links(SecretStr("t" * 32)).issue(CALL, expires_at=LATER),
        Links(SecretStr(SECRET), "record").issue(CALL, expires_at=LATER),
    ],
    ids=["empty", "dotted", "accented", "short", "shorter", "long", "altered", "other_secret", "other_purpose"],
)
def test_a_link_that_is_not_ours(link: str) -> None:
    with pytest.raises(BadLink, match="open it again from the message"):
        LINKS.verify(link, now=NOW)


def test_no_byte_of_a_link_can_be_altered() -> None:
    raw = base64.urlsafe_b64decode(LINK)
    for place in range(len(raw)):
        altered = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(BadLink):
            LINKS.verify(base64.urlsafe_b64encode(altered).decode(), now=NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 32 bytes"):
        Links(SecretStr("s" * 31))
