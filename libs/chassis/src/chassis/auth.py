"""Who asks: JWTs signed with Ed25519, verified offline, revoked by a row in the service's own database.

A token is made by `parcours token issue` and nowhere else: services hold public keys only. Several are accepted at
once, told apart by `kid`, so that a key can be replaced without a moment in which tokens fail.
"""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy import Column, DateTime, MetaData, String, Table, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import Forbidden, Unauthorized

ISSUER = "parcours"
MAX_SUBJECT = 100
MAX_JTI = 64
_LEEWAY = dt.timedelta(seconds=60)
"""How far a clock that issues may be ahead of the one that verifies."""
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)

revoked_token = Table(
    "revoked_token",
    MetaData(),
    Column("jti", String(MAX_JTI), primary_key=True),
    Column("reason", String(500), nullable=False),
    Column("revoked_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)


class Role(StrEnum):
    LANDLORD = "landlord"
    """A landlord's information system, for the dwellings of its SIREN."""
    HOLDER = "holder"
    """A reservation holder, for the rights of its SIREN."""
    AGENT = "agent"
    OPERATOR = "operator"


class BadToken(Exception):
    """A token that is not accepted; the sentence says why."""


class BadKey(ValueError):
    """A key that cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks. `siren` is the landlord's or the holder's, None for everybody else."""

    subject: str
    roles: frozenset[Role]
    siren: str | None
    jti: str
    expires_at: dt.datetime

    def require_siren(self, siren: str) -> None:
        """Raise `Forbidden` unless the token is for this landlord."""
        if self.siren != siren:
            raise Forbidden(f"The token is for the landlord {self.siren or '(none)'}; this belongs to {siren}.")


def generate_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def private_pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def load_private_key(pem: str) -> Ed25519PrivateKey:
    """Read the key that issues. Raise `BadKey` for anything but an unencrypted Ed25519 key in PEM."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise BadKey("This is not an unencrypted private key in PEM form.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("The private key is not an Ed25519 key; delete the file, and the next start makes one.")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """A name for a public key that follows from the key itself."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.urlsafe_b64encode(hashlib.sha256(raw).digest()[:12]).decode()


class PublicKeys:
    """The keys whose tokens are accepted, by `kid`."""

    def __init__(self, keys: Iterable[Ed25519PublicKey] = ()) -> None:
        self._keys: Mapping[str, Ed25519PublicKey] = {key_id(key): key for key in keys}

    @classmethod
    def load(cls, text_or_path: str) -> Self:
        """Read one or more PEM public keys from the text itself or from the file it names. Raises `BadKey`."""
        text = text_or_path.replace("\\n", "\n")
        if "-----BEGIN" not in text:
            try:
                text = Path(text_or_path).read_text("ascii")
            except (OSError, ValueError) as error:
                raise BadKey(f"The file {text_or_path} cannot be read: {type(error).__name__}.") from error
        return cls(_public_key(block) for block in _blocks(text))

    def get(self, kid: str) -> Ed25519PublicKey | None:
        return self._keys.get(kid)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"PublicKeys({', '.join(self._keys)})"


def _blocks(text: str) -> list[str]:
    blocks = [found.group(0) for found in _PEM.finditer(text)]
    if not blocks:
        raise BadKey("There is no PEM public key in it.")
    return blocks


def _public_key(pem: str) -> Ed25519PublicKey:
    if "PRIVATE" in pem.splitlines()[0]:
        raise BadKey("This is a private key; a service takes public keys only.")
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise BadKey("A key in it is not a PEM public key.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("A key in it is not an Ed25519 key.")
    return key


def issue(
    private_key: Ed25519PrivateKey,
    *,
    subject: str,
    roles: Iterable[Role],
    siren: str | None = None,
    ttl: dt.timedelta,
    jti: str,
    now: dt.datetime,
) -> str:
    """Make a token for `subject` (1 to 100 characters) under the id `jti` (1 to 64).

    Raises `ValueError` for a landlord or holder without a SIREN, and for a SIREN without one of them.
    """
    if not 1 <= len(subject) <= MAX_SUBJECT or not 1 <= len(jti) <= MAX_JTI:
        raise ValueError(f"A token's subject has 1 to {MAX_SUBJECT} characters and its jti 1 to {MAX_JTI}.")
    granted = sorted(roles)
    if bool({Role.LANDLORD, Role.HOLDER} & set(granted)) != (siren is not None):
        raise ValueError("A token has a SIREN exactly when it has the role landlord or holder.")
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": subject,
        "roles": granted,
        "jti": jti,
        "iat": int(now.timestamp()),
        "exp": int((now + ttl).timestamp()),
    }
    if siren is not None:
        claims["siren"] = siren
    return jwt.encode(claims, private_key, algorithm="EdDSA", headers={"kid": key_id(private_key.public_key())})


def verify(token: str, public_keys: PublicKeys, now: dt.datetime) -> Principal:
    """Say who holds this token. Raises `BadToken`; whether it was revoked is another question (`is_revoked`)."""
    try:
        kid = str(jwt.get_unverified_header(token).get("kid"))
        key = public_keys.get(kid)
        if key is None:
            raise BadToken("The token is signed with a key that is not accepted here.")
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            issuer=ISSUER,
            # The time is an argument here: see below.
            options={"verify_exp": False, "verify_iat": False, "require": ["iss", "sub", "jti", "iat", "exp"]},
        )
        return _principal(claims, now)
    except jwt.InvalidTokenError as error:
        raise BadToken("The token is not one of ours, or was altered.") from error
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadToken("The token's claims are malformed.") from error


def _principal(claims: Mapping[str, Any], now: dt.datetime) -> Principal:
    issued_at = dt.datetime.fromtimestamp(claims["iat"], dt.UTC)
    expires_at = dt.datetime.fromtimestamp(claims["exp"], dt.UTC)
    if expires_at <= now:
        raise BadToken(f"The token expired on {expires_at:%Y-%m-%d at %H:%M} UTC; ask for a new one.")
    if issued_at > now + _LEEWAY:
        raise BadToken("The token was issued in the future; the clocks differ.")
    known = {role.value for role in Role}
    return Principal(
        subject=claims["sub"],
        roles=frozenset(Role(role) for role in claims["roles"] if role in known),
        siren=claims.get("siren"),
        jti=claims["jti"],
        expires_at=expires_at,
    )


async def revoke(session: AsyncSession, jti: str, *, expires_at: dt.datetime, reason: str, now: dt.datetime) -> None:
    """Take a token back; the row is needed until the token would have expired anyway."""
    row = {"jti": jti, "reason": reason, "revoked_at": now, "expires_at": expires_at}
    await session.execute(insert(revoked_token).values(row).on_conflict_do_nothing())


async def is_revoked(session: AsyncSession, jti: str) -> bool:
    return await session.scalar(select(revoked_token.c.jti).where(revoked_token.c.jti == jti)) is not None


async def purge_revoked(session: AsyncSession, before: dt.datetime) -> None:
    """Forget revoked tokens that expired before `before`."""
    await session.execute(delete(revoked_token).where(revoked_token.c.expires_at < before))


bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    scheme_name="token",
    description="A token from `parcours token issue`, signed with Ed25519; a landlord's is scoped to its SIREN.",
)


def require(*roles: Role) -> Callable[..., Principal]:
    """A dependency: who has one of these roles, or anybody with a token where none is named."""

    def required(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
        # Verified by CommandRoute, which alone has the transaction in which to look for a revocation.
        principal: Principal | None = request.state.principal
        if principal is None:
            raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
        if roles and principal.roles.isdisjoint(roles):
            has = ", ".join(sorted(principal.roles)) or "none"
            named = " or ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
            raise Forbidden(f"The role {named} is needed; the token has: {has}.")
        return principal

    return required


require_landlord = require(Role.LANDLORD)
require_holder = require(Role.HOLDER)
require_agent = require(Role.AGENT)
require_operator = require(Role.OPERATOR)
Landlord = Annotated[Principal, Security(require_landlord)]
Holder = Annotated[Principal, Security(require_holder)]
Agent = Annotated[Principal, Security(require_agent)]
Operator = Annotated[Principal, Security(require_operator)]


def _asking(request: Request) -> Principal | None:
    principal: Principal | None = request.state.principal
    return principal


Asking = Annotated[Principal | None, Depends(_asking)]
"""Who asks where no token is needed; a token that is sent has to be good all the same."""
