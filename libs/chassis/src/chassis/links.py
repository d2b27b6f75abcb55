"""Links by which a tenant answers from the message itself: a signed call id with an expiry.

A link may be followed twice; that an answer is given once is the call's state's business.
"""

import datetime as dt
from uuid import UUID

import jwt
from pydantic import SecretStr

AUDIENCE = "answer"
MIN_SECRET_LENGTH = 32
"""Bytes; HS256 wants a key as long as its hash (RFC 7518 §3.2)."""


class BadLink(Exception):
    """A link that this service never gave, or that was altered on the way."""


class LinkExpired(Exception):
    """A link whose time is over; `expired_at` says since when."""

    def __init__(self, expired_at: dt.datetime) -> None:
        super().__init__(f"The link expired on {expired_at:%Y-%m-%d at %H:%M} UTC.")
        self.expired_at = expired_at


class Links:
    """Issues and verifies answer links. Raises `ValueError` for a secret under 32 bytes."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value().encode()
        if len(self._secret) < MIN_SECRET_LENGTH:
            raise ValueError(f"The link secret has fewer than {MIN_SECRET_LENGTH} bytes.")

    def issue(self, call_id: UUID, *, expires_at: dt.datetime) -> str:
        """The token that goes into the link: characters that need no escaping in a URL."""
        claims = {"aud": AUDIENCE, "call_id": str(call_id), "exp": int(expires_at.timestamp())}
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def verify(self, token: str, *, now: dt.datetime) -> UUID:
        """The call this link answers.

        Raises:
            BadLink: not ours, or altered.
            LinkExpired: ours, but too late.
        """
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={"verify_exp": False, "require": ["aud", "exp", "call_id"]},
            )
            call_id = UUID(claims["call_id"])
            expires_at = dt.datetime.fromtimestamp(claims["exp"], dt.UTC)
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise BadLink("The link is not complete or not one of ours; open it again from the message.") from error
        if expires_at <= now:
            raise LinkExpired(expires_at)
        return call_id
