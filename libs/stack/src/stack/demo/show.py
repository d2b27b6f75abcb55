"""The demo for the eyes: a line an alert, and the verdict."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from contracts.matching import CallIssued
from contracts.values import Channel, DwellingFacts
from reference import communes
from stack.demo.ledger import Arrival, Ledger, quantile
from stack.territory import Alert

_SHOWN_DIFFERENCES = 10
_SHARES = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
_ICONS = {Channel.EMAIL: "e-mail", Channel.SMS: "SMS"}


def alert_line(arrival: Arrival, home: DwellingFacts, call: CallIssued | None) -> str:
    """To whom (opaque), for which home, why, in how many milliseconds since the landlord's event."""
    alert = arrival.alert
    mark = "[red]copy[/red] " if arrival.copy else "" if arrival.expected else "[red]unexpected[/red] "
    return (
        f"[bold]{arrival.latency_ms:7.1f} ms[/bold]  {mark}[cyan]{_ICONS[alert.channel]:<6}[/cyan] "
        f"to person {str(alert.person_id)[:8]}  {escape(home_in_words(home))}{_why(call)}"
    )


def home_in_words(home: DwellingFacts) -> str:
    return (
        f"{home.dwelling_type} {home.living_area_m2:.0f} m² {home.financing}, {home.rent_cents / 100:.0f} €, "
        f"{communes.commune(home.commune).name}"
    )


def _why(call: CallIssued | None) -> str:
    if call is None:
        return ""
    reasons = ", ".join(reason.replace("_", " ") for reason in call.reasons)
    return f"  [dim]rank {call.rank} of {call.called}: {escape(reasons)}[/dim]"


def show_verdict(console: Console, ledger: Ledger) -> None:
    """What arrived of what had to, how fast, and each difference by name."""
    expected, channels = len(ledger.expected), [arrival.alert.channel for arrival in ledger.arrivals]
    console.print()
    console.print(
        f"  {ledger.delivered} of {expected} expected alerts delivered "
        f"({channels.count(Channel.EMAIL)} e-mails, {channels.count(Channel.SMS)} SMS), "
        f"{ledger.duplicates} duplicates, {len(ledger.unexpected)} unexpected",
        style="green" if ledger.exact else "red",
    )
    for name, rising in (("first alert", ledger.first_latencies_ms()), ("every alert", ledger.latencies_ms())):
        figures = [(label, quantile(rising, share)) for share, label in _SHARES]
        told = ", ".join(f"{label} {value:.0f} ms" for label, value in figures if value is not None)
        console.print(f"  {name} of a vacancy since Kafka acknowledged it: {told or 'none came'}")
    _show_differences(console, "missing", ledger.missing)
    _show_differences(console, "unexpected", ledger.unexpected)


def _show_differences(console: Console, word: str, alerts: set[Alert]) -> None:
    for alert in sorted(alerts)[:_SHOWN_DIFFERENCES]:
        console.print(
            f"  {word}: vacancy {alert.vacancy_id}, application {alert.application_id}, "
            f"person {alert.person_id}, {alert.channel}",
            style="red",
        )
    if len(alerts) > _SHOWN_DIFFERENCES:
        console.print(f"  {word}: {len(alerts) - _SHOWN_DIFFERENCES} more", style="red")


def figures(ledger: Ledger) -> Mapping[str, float | int | None]:
    """The numbers of the JSON line; milliseconds, rounded to a tenth."""

    def ms(rising: list[float], share: float) -> float | None:
        value = quantile(rising, share)
        return None if value is None else round(value, 1)

    every, first = ledger.latencies_ms(), ledger.first_latencies_ms()
    return {
        "alerts_expected": len(ledger.expected),
        "alerts_delivered": ledger.delivered,
        "duplicates": ledger.duplicates,
        "unexpected": len(ledger.unexpected),
        **{f"{label}_ms": ms(every, share) for share, label in _SHARES},
        **{f"first_{label}_ms": ms(first, share) for share, label in _SHARES},
    }
