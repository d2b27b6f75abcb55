"""The links that households follow without an account: each kind opens one thing."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from chassis.http import Gone, NotFound
from chassis.links import BadLink, LinkExpired, Links
from chassis.work import Work
from contracts.told import Told

__all__ = ["CallLinks", "OfferLinks", "RecordLinks", "Token", "subject_of"]

Token = Annotated[str, Query(max_length=2000)]


def _kept_as(name: str) -> Callable[[Request], Links]:
    def links(request: Request) -> Links:
        found: Links = getattr(request.app.state, name)
        return found

    return links


CallLinks = Annotated[Links, Depends(_kept_as("links"))]
OfferLinks = Annotated[Links, Depends(_kept_as("offer_links"))]
RecordLinks = Annotated[Links, Depends(_kept_as("record_links"))]


def subject_of(token: str, links: Links, work: Work, *, expired: Told, unknown: Told) -> UUID:
    """What a link was issued for, or what to tell whoever followed one that is too old, or not ours."""
    try:
        return links.verify(token, now=work.now)
    except LinkExpired:
        raise Gone(expired) from None
    except BadLink:
        raise NotFound(unknown) from None
