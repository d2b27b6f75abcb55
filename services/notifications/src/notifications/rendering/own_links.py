"""The link of a notice: the household's own record, where it renews, what its landlord states, a call, or an offer."""

from pydantic import SecretStr

from chassis.links import ANSWER, OFFER, RECORD, TENANCY, Links
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice


class OwnLinks:
    """Made from the notice alone: what is sent or printed again carries the same link."""

    def __init__(
        self, secret: SecretStr, *, record_url: str, tenancy_url: str, offer_url: str, answer_url: str
    ) -> None:
        self._of = {
            Purpose.RENEWAL: (Links(secret, RECORD), record_url),
            Purpose.TRANSFER_SUGGESTION: (Links(secret, TENANCY), tenancy_url),
            Purpose.OFFER: (Links(secret, OFFER), offer_url),
            Purpose.HELPER_CALL: (Links(secret, ANSWER), answer_url),
        }

    def __call__(self, notice: Notice) -> str | None:
        """Good until the end of the notice's last day; None for a purpose that has no link."""
        if notice.subject is None or notice.purpose not in self._of:
            return None
        links, url = self._of[notice.purpose]
        return url.format(token=links.issue(notice.subject, expires_at=notice.deliver_by))
