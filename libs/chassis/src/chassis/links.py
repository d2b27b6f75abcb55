"""Links by which a person acts from the message itself: a signed id with an expiry, short enough for an SMS.

A link may be followed twice; that an answer is given once is the call's state's business.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import struct
from uuid import UUID

from pydantic import SecretStr

ANSWER = "answer"
"""The purpose of the links in interest calls."""
RECORD = "record"
"""The purpose of the links to an application's own record, where it is renewed too; the subject is the application."""
TENANCY = "tenancy"
"""The purpose of the links to what a landlord states of a tenant, where she contests it; the subject is the tenancy."""
OFFER = "offer"
"""The purpose of the links in offers, where they are answered; the subject is the offer."""
MIN_SECRET_LENGTH = 32
"""Bytes: as long as the hash (RFC 2104 §3)."""
_SIGNED = struct.Struct(">16sI")
"""The subject's UUID, and the second it expires, counted from 1970 (until 2106)."""
_MAC = 16
"""Bytes kept of the HMAC: half of it, which RFC 2104 §5 holds to be enough."""


class BadLink(Exception):
    """A link that this service never gave, or that was altered on the way."""


class LinkExpired(Exception):
    """A link whose time is over; `expired_at` says since when."""

    def __init__(self, expired_at: dt.datetime) -> None:
        super().__init__(f"The link expired on {expired_at:%Y-%m-%d at %H:%M} UTC.")
        self.expired_at = expired_at


class Links:
    """Issues and verifies links of one purpose: one given for another is none of ours.

    A token has 48 characters. A JWT would say the same in 170, and an SMS is billed by its length.
    """

    def __init__(self, secret: SecretStr, purpose: str = ANSWER) -> None:
        """Take the secret.

        Raises:
            ValueError: it has fewer than 32 bytes.
        """
        key = secret.get_secret_value().encode()
        if len(key) < MIN_SECRET_LENGTH:
            raise ValueError(f"The link secret has fewer than {MIN_SECRET_LENGTH} bytes.")
        self._key = hmac.digest(key, purpose.encode(), hashlib.sha256)

    def issue(self, subject: UUID, *, expires_at: dt.datetime) -> str:
        """The token that goes into the link: characters that need no escaping in a URL."""
        signed = _SIGNED.pack(subject.bytes, int(expires_at.timestamp()))
        return base64.urlsafe_b64encode(signed + self._mac(signed)).decode()

    def verify(self, token: str, *, now: dt.datetime) -> UUID:
        """What this link is about: a call, for one in an interest call.

        Raises:
            BadLink: not ours, altered, or given for another purpose.
            LinkExpired: ours, but too late.
        """
        signed, mac = _parts(token)
        if not hmac.compare_digest(mac, self._mac(signed)):
            raise _not_ours()
        subject, expires = _SIGNED.unpack(signed)
        expires_at = dt.datetime.fromtimestamp(expires, dt.UTC)
        if expires_at <= now:
            raise LinkExpired(expires_at)
        return UUID(bytes=subject)

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, hashlib.sha256)[:_MAC]


def _parts(token: str) -> tuple[bytes, bytes]:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise _not_ours() from error
    if len(raw) != _SIGNED.size + _MAC:
        raise _not_ours()
    return raw[: _SIGNED.size], raw[_SIGNED.size :]


def _not_ours() -> BadLink:
    return BadLink("The link is not complete or not one of ours; open it again from the message.")
