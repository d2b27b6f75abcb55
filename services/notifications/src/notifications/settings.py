"""Settings of notifications: environment variables that begin with `NOTIFICATIONS_`."""

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from chassis.settings import ServiceSettings, prefixed
from notifications.domain.contact import usable_email
from notifications.domain.reach import Allowlist, Mode, QuietHours, Reach
from notifications.gateways.sms import SmsEndpoint
from notifications.gateways.smtp import SmtpEndpoint
from notifications.rendering.own_links import OwnLinks
from notifications.rendering.renderer import Identity


class Settings(ServiceSettings):
    model_config = prefixed("NOTIFICATIONS_")

    link_secret: SecretStr
    """the secret that links are signed with, 32 bytes or more; demand and matching have the same"""
    mode: Mode = Mode.SINK
    """sink (only the gateways sink_smtp_url and sink_sms_url, nobody is reached), allowlist or live"""
    allowlist: str = ""
    """for the mode allowlist: addresses, @domains and phones, separated by commas"""
    sink_smtp_url: str = "smtp://127.0.0.1:1025"
    """smtp://host:port of a sink on this machine or its private network"""
    sink_sms_url: str = "http://127.0.0.1:8025/sms"
    """http://host:port/path of a sink on this machine or its private network"""
    smtp_url: SecretStr | None = None
    """smtp+starttls://user:secret@host:587 or smtps://user:secret@host:465; for the modes allowlist and live"""
    sms_url: str | None = None
    """https://host/path of the SMS gateway; for the modes allowlist and live"""
    sms_token: SecretStr | None = None
    """the bearer token the SMS gateway asks for"""
    sms_originator: str = Field(default="PARCOURS", pattern=r"^[A-Za-z0-9]{3,11}$")
    """what phones show as the sender, 3 to 11 letters and digits"""
    sms_report_token: SecretStr | None = None
    """what the SMS gateway's delivery reports carry as X-Gateway-Token; without it none is taken"""
    answer_url: str = "http://127.0.0.1:8000/v1/answers?token={token}"
    """the address at which a household answers, with {token} where its link's token goes"""
    record_url: str = "http://127.0.0.1:8000/v1/record?token={token}"
    """the address at which a household reads its record and renews, with {token} where its link's token goes"""
    tenancy_url: str = "http://127.0.0.1:8000/v1/own-tenancy?token={token}"
    """the address at which a tenant reads and contests what her landlord states, with {token} as well"""
    offer_url: str = "http://127.0.0.1:8000/v1/offer-answers?token={token}"
    """the address at which a household answers an offer, with {token} as well"""
    from_name: str = "Parcours"
    """the sender's name in e-mails"""
    from_address: str = "alertes@parcours.invalid"
    """the sender's address in e-mails"""
    consent_address: str = "consentements@parcours.invalid"
    """the address at which a person says that she wants no more messages"""
    quiet_hours: str = "21:00-08:00"
    """hours (Paris time) at which no SMS leaves, like 21:00-08:00; empty for none; a sink has none"""
    ceiling_per_minute: int = Field(default=1000, ge=1, le=1_000_000)
    """messages a minute over all replicas, past which sending holds itself, 1 to 1,000,000"""
    smtp_sessions: int = Field(default=4, ge=1, le=64)
    """SMTP sessions at a time, 1 to 64"""
    smtp_together: int = Field(default=8, ge=1, le=100)
    """e-mails under way in one session where the server takes BDAT, 1 to 100: a session that is lost leaves so many
    outcomes unknown"""
    sms_connections: int = Field(default=8, ge=1, le=64)
    """connections to the SMS gateway at a time, 1 to 64"""
    sms_together: int = Field(default=1, ge=1, le=200)
    """SMS posted in one request, 1 to 200; more than 1 only to a gateway that takes {"messages": [...]}"""
    gateway_timeout_s: float = Field(default=15.0, gt=0, le=120)
    """seconds to wait for one answer of a gateway, up to 120; a batch is given twice as long"""
    lease_s: float = Field(default=60.0, gt=0, le=600)
    """seconds after which an attempt that nobody finished is tried again; more than twice gateway_timeout_s"""
    batch: int = Field(default=50, ge=1, le=500)
    """messages a claim, 1 to 500"""
    senders: int = Field(default=2, ge=1, le=8)
    """batches at a time in one replica, 1 to 8"""

    @field_validator("allowlist")
    @classmethod
    def _listable(cls, entries: str) -> str:
        _allowlist(entries)
        return entries

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, hours: str) -> str:
        QuietHours.parse(hours)
        return hours

    @field_validator("from_address", "consent_address")
    @classmethod
    def _address(cls, address: str) -> str:
        if usable_email(address) != address:
            raise ValueError("This is not an e-mail address.")
        return address

    @field_validator("answer_url", "record_url", "tenancy_url", "offer_url")
    @classmethod
    def _linked(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")) or url.count("{token}") != 1:
            raise ValueError("This is not an http(s) address with {token} in it once.")
        return url

    @model_validator(mode="after")
    def _gateways(self) -> Self:
        if self.mode is not Mode.SINK and (self.smtp_url is None or self.sms_url is None):
            raise ValueError(f"NOTIFICATIONS_MODE={self.mode} needs NOTIFICATIONS_SMTP_URL and NOTIFICATIONS_SMS_URL")
        if self.lease_s <= 2 * self.gateway_timeout_s:
            raise ValueError("NOTIFICATIONS_LEASE_S must be more than twice NOTIFICATIONS_GATEWAY_TIMEOUT_S")
        self.smtp_endpoint()
        return self

    def reach(self) -> Reach:
        return Reach(
            mode=self.mode, allowlist=_allowlist(self.allowlist), quiet_hours=QuietHours.parse(self.quiet_hours)
        )

    def smtp_endpoint(self) -> SmtpEndpoint:
        """The one place mail may go in this mode."""
        if self.mode is Mode.SINK:
            return SmtpEndpoint.parse(self.sink_smtp_url, private_only=True)
        assert self.smtp_url is not None, "checked when the settings were made"
        return SmtpEndpoint.parse(self.smtp_url.get_secret_value())

    def sms_endpoint(self) -> SmsEndpoint:
        """The one place SMS may go in this mode."""
        if self.mode is Mode.SINK:
            return SmsEndpoint(
                url=self.sink_sms_url, originator=self.sms_originator, together=self.sms_together, private_only=True
            )
        assert self.sms_url is not None, "checked when the settings were made"
        token = self.sms_token.get_secret_value() if self.sms_token else None
        return SmsEndpoint(url=self.sms_url, token=token, originator=self.sms_originator, together=self.sms_together)

    def own_links(self) -> OwnLinks:
        return OwnLinks(
            self.link_secret,
            record_url=self.record_url,
            tenancy_url=self.tenancy_url,
            offer_url=self.offer_url,
            answer_url=self.answer_url,
        )

    def identity(self) -> Identity:
        return Identity(
            name=self.from_name,
            address=self.from_address,
            message_id_domain=self.from_address.rpartition("@")[2],
            consent_address=self.consent_address,
            traced=self.mode is Mode.SINK,
        )


def _allowlist(entries: str) -> Allowlist:
    return Allowlist.of(*(entry for entry in entries.split(",") if entry.strip()))
