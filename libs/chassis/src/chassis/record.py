"""A record as it came: nothing decoded, nothing believed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a broker (or an HTTP door that stands in for one) handed over."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    partition: int = -1
    offset: int = -1

    @property
    def body_hash(self) -> bytes:
        """SHA-256 of the body: what tells a repetition from another fact under the same id."""
        return hashlib.sha256(self.value or b"").digest()
