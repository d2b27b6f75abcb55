import pytest

from chassis.settings import SettingsError
from notifications.domain.reach import Mode
from notifications.main import service
from notifications.settings import Settings

NEEDED = {"database_url": "postgresql://u@h/d", "kafka_url": "h:1", "link_secret": "x" * 32}
REAL = {"smtp_url": "smtps://u:s3cret@mail.example", "sms_url": "https://sms.example/v2"}


def test_by_default_nobody_is_reached():
    settings = Settings(**NEEDED)
    assert settings.mode is Mode.SINK
    assert settings.smtp_endpoint().private_only
    assert settings.sms_endpoint().private_only
    assert settings.smtp_endpoint().host == "127.0.0.1"


def test_a_sink_never_uses_the_real_gateways_even_where_they_are_set():
    settings = Settings(**NEEDED, **REAL)
    assert settings.smtp_endpoint().host == "127.0.0.1"
    assert "sms.example" not in settings.sms_endpoint().url


@pytest.mark.parametrize("mode", ["allowlist", "live"])
def test_real_gateways_are_used_only_where_the_mode_says_so(mode):
    settings = Settings(**NEEDED, **REAL, mode=mode, allowlist="@example.org, +33612345678")
    assert settings.smtp_endpoint().host == "mail.example"
    assert settings.sms_endpoint().url == REAL["sms_url"]
    assert settings.reach().admits("x@example.org")
    assert settings.reach().admits("x@elsewhere.org") is (mode == "live")
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"mode": "loud"}, "NOTIFICATIONS_MODE"),
        ({"mode": "live"}, "NOTIFICATIONS_SMTP_URL and NOTIFICATIONS_SMS_URL"),
        ({"mode": "live", "smtp_url": "http://x", "sms_url": "https://x"}, "an SMTP URL is"),
        ({"allowlist": "everybody"}, "NOTIFICATIONS_ALLOWLIST"),
        ({"quiet_hours": "night"}, "NOTIFICATIONS_QUIET_HOURS"),
        ({"from_address": "Parcours <a@b.fr>"}, "NOTIFICATIONS_FROM_ADDRESS"),
        ({"from_address": "a@b.fr\r\nBcc: x@y.fr"}, "NOTIFICATIONS_FROM_ADDRESS"),
        ({"consent_address": "no"}, "NOTIFICATIONS_CONSENT_ADDRESS"),
        ({"answer_url": "https://answers.example/"}, "NOTIFICATIONS_ANSWER_URL"),
        ({"answer_url": "javascript:{token}"}, "NOTIFICATIONS_ANSWER_URL"),
        ({"sms_originator": "Parcours habitat"}, "NOTIFICATIONS_SMS_ORIGINATOR"),
        ({"ceiling_per_minute": 0}, "NOTIFICATIONS_CEILING_PER_MINUTE"),
        ({"lease_s": 20}, "NOTIFICATIONS_LEASE_S must be more than twice"),
        ({"sink_smtp_url": "mailbox:1025"}, "an SMTP URL is"),
        ({"link_secret": "short"}, "NOTIFICATIONS_LINK_SECRET"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(given, named):
    with pytest.raises(SettingsError, match=named):
        Settings(**NEEDED | given)


def test_the_service_describes_its_routes():
    paths = service.openapi()["paths"]
    assert set(paths) == {
        "/v1/deliveries",
        "/v1/alerts/state",
        "/v1/alerts/hold",
        "/v1/alerts/resume",
        "/v1/sms/reports",
        "/v1/sms/reports/batch",
        "/v1/letters",
        "/v1/letters/numbers",
        "/v1/letters/batches",
        "/v1/letters/batches/{number}/pdf",
        "/v1/letters/batches/{number}/manifest",
        "/v1/letters/batches/{number}/printed",
        "/v1/letters/receipts",
        "/v1/contact-checks",
        "/v1/contact-checks/{check_id}/close",
    }
