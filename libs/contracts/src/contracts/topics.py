"""The topic table: who writes what, under which key, kept how long. Topics are declared from it alone."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from contracts import (
    allocation,
    dead_letter,
    demand,
    inventory,
    landlord,
    matching,
    measures,
    notices,
    notifications,
    tenancy,
)
from contracts.event import Event

PARTITIONS = 4
"""So many replicas of a service share its work (docs/adr/0023). Every poll names every partition."""
EARLIER_PARTITIONS = 12
"""Of topics made before there were four. They keep them: keys would move to other partitions and lose their order."""
ONE_PARTITION = 1
"""For a topic of each landlord: landlords are what is shared out, and every poll names every partition."""


class Kind(StrEnum):
    FACTS = "facts"
    STATE = "state"
    """Compacted: the last record of a key is the aggregate as it is; null is the fact `erased`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One line of the table. `name` of a landlord's topic has the placeholder `{siren}`."""

    name: str
    owner: str
    """The service that writes it; `landlord` for the landlords' systems."""
    shared_with: tuple[str, ...] = ()
    """Other services that write it too: only where no record needs to be read after another's."""
    key: str
    kind: Kind
    says: str
    events: tuple[type[Event], ...]
    restricted: bool = False
    """Carries identity or tenancy facts: bodies never leave it, not even into dead letters."""
    readers: tuple[str, ...] = ()
    """Of a restricted topic: the services that may read it, and no other."""
    partitions: int = PARTITIONS
    retention: dt.timedelta = dt.timedelta(days=30)
    erasable: bool = False
    """Compacted daily, so that an erased key is gone from the broker within a day (DESIGN §10)."""

    @property
    def per_landlord(self) -> bool:
        return "{siren}" in self.name

    @property
    def writers(self) -> tuple[str, ...]:
        return (self.owner, *self.shared_with)

    @property
    def pattern(self) -> str:
        """Regular expression of the names a subscriber takes."""
        return "^" + re.escape(self.name).replace(r"\{siren\}", "(?P<siren>[0-9]{9})") + "$"

    def of(self, siren: str) -> str:
        """The concrete name of one landlord's topic."""
        return self.name.replace("{siren}", siren)

    def settings(self) -> dict[str, str]:
        """Broker settings the topic is created with and compared with at a service's start."""
        day = str(int(dt.timedelta(days=1).total_seconds() * 1000))
        if self.kind is Kind.FACTS:
            return {
                "cleanup.policy": "delete",
                "retention.ms": str(int(self.retention.total_seconds() * 1000)),
            }
        settings = {"cleanup.policy": "compact"}
        if self.erasable:
            settings |= {
                "segment.ms": day,
                "max.compaction.lag.ms": day,
                "min.cleanable.dirty.ratio": "0.01",
                "delete.retention.ms": str(int(dt.timedelta(days=30).total_seconds() * 1000)),
            }
        return settings


LANDLORD_VACANCY = Topic(
    name="landlord.{siren}.vacancy.v1",
    partitions=ONE_PARTITION,
    owner="landlord",
    key="dwelling reference",
    kind=Kind.FACTS,
    says="what a landlord's system publishes: notice, visit, works, available, declined, allocated, cancelled, let",
    events=landlord.VACANCY_EVENTS,
)
LANDLORD_TENANCY = Topic(
    name="landlord.{siren}.tenancy.v1",
    partitions=ONE_PARTITION,
    owner="landlord",
    key="dwelling reference",
    kind=Kind.FACTS,
    says="lease, occupation, rent account and plan, insurance, visit of a sitting tenant",
    events=tenancy.TENANCY_EVENTS,
    restricted=True,
    readers=("demand",),
)
LANDLORD_RECEIPT = Topic(
    name="landlord.receipt.v1",
    owner="inventory",
    # A landlord's system reads its answers in one place, whichever service took the event. A receipt names one event
    # and nothing comes after it, so that the order between two writers says nothing.
    shared_with=("demand",),
    key="landlord",
    kind=Kind.FACTS,
    says="accepted, duplicate or rejected with the field, for each event a landlord sent",
    events=(landlord.ReceiptIssued,),
)
INVENTORY_DWELLING = Topic(
    name="inventory.dwelling.v1",
    owner="inventory",
    key="dwelling",
    kind=Kind.STATE,
    says="a dwelling as it is now",
    events=(inventory.DwellingRecorded,),
)
INVENTORY_VACANCY = Topic(
    name="inventory.vacancy.v1",
    owner="inventory",
    key="vacancy",
    kind=Kind.FACTS,
    says="announced, changed, released, linked, designated, allocated, withdrawn, let; carries the dwelling's facts",
    events=(
        inventory.VacancyAnnounced,
        inventory.AvailabilityChanged,
        inventory.VacancyReleased,
        inventory.VacancyLinked,
        inventory.VacancyDesignated,
        inventory.VacancyAllocated,
        inventory.VacancyHardToLet,
        inventory.VacancyWithdrawn,
        inventory.VacancyLet,
        inventory.HomeLeftDenied,
    ),
)
INVENTORY_RIGHT = Topic(
    name="inventory.right.v1",
    owner="inventory",
    key="agreement",
    kind=Kind.FACTS,
    says="designation due or lapsed, holder informed and its answer; right lent, restituted, waived",
    events=(
        inventory.DesignationDue,
        inventory.DesignationLapsed,
        inventory.HolderInformed,
        inventory.HolderAnswered,
        inventory.RightLent,
        inventory.RightRestituted,
        inventory.RightWaived,
    ),
)
INVENTORY_PARTICIPATION = Topic(
    name="inventory.participation.v1",
    owner="inventory",
    key="participation",
    kind=Kind.STATE,
    says="who takes part in which scheme, where, from when",
    events=(inventory.ParticipationRecorded,),
)
DEMAND_APPLICATION = Topic(
    name="demand.application.v1",
    owner="demand",
    key="application",
    kind=Kind.STATE,
    says="an application and its household facts, without identity",
    events=(demand.ApplicationRecorded,),
    restricted=True,
    readers=("inventory", "matching"),
    erasable=True,
)
DEMAND_LIFE = Topic(
    name="demand.life.v1",
    owner="demand",
    key="application",
    kind=Kind.FACTS,
    says="an application was opened, renewed, closed and for which lawful reason",
    events=(demand.ApplicationOpened, demand.ApplicationRenewed, demand.ApplicationClosed),
)
DEMAND_CONDITIONS = Topic(
    name="demand.conditions.v1",
    owner="demand",
    key="landlord",
    kind=Kind.STATE,
    says="on what conditions a landlord lets its tenants move",
    events=(demand.ConditionsRecorded,),
)
DEMAND_EXAMINATION = Topic(
    name="demand.examination.v1",
    owner="demand",
    key="tenancy",
    kind=Kind.FACTS,
    says="a lease was examined after three years, the committee's opinion, the application it led to",
    events=(tenancy.ExaminationMade, tenancy.OpinionGiven, tenancy.ApplicationStarted),
    restricted=True,
    readers=("matching",),
)
DEMAND_MEASURE = Topic(
    name="demand.measure.v1",
    owner="demand",
    key="measure",
    kind=Kind.FACTS,
    says="help with the home's state: visited, prescribed, contracted, started, completed, abandoned, visit lapsed",
    events=(
        measures.StateVisited,
        measures.MeasurePrescribed,
        measures.MeasureContracted,
        measures.MeasureStarted,
        measures.MeasureCompleted,
        measures.MeasureAbandoned,
        measures.VisitLapsed,
    ),
)
DEMAND_NOTICE = Topic(
    name="demand.notice.v1",
    owner="demand",
    key="person",
    kind=Kind.FACTS,
    says="what persons are to be told besides calls: renewal due, closure ahead, a transfer suggested",
    events=(notices.RenewalDue, notices.ClosureWarned, notices.TransferSuggested),
)
DEMAND_CONTACT = Topic(
    name="demand.contact.v1",
    owner="demand",
    key="person",
    kind=Kind.STATE,
    says="name, e-mail, phone, language, consents",
    events=(demand.ContactRecorded,),
    restricted=True,
    readers=("notifications",),
    erasable=True,
)
MATCHING_CALL = Topic(
    name="matching.call.v1",
    owner="matching",
    key="application",
    kind=Kind.FACTS,
    says="interest call issued, answered, lapsed, withdrawn; carries the opaque person ids",
    events=(matching.CallIssued, matching.CallAnswered, matching.CallLapsed, matching.CallWithdrawn),
)
MATCHING_ALLOCATION = Topic(
    name="matching.allocation.v1",
    owner="matching",
    key="vacancy",
    kind=Kind.FACTS,
    says="draw sealed and told; candidacy opened to closed; committee decided; offer made, answered; move signed",
    events=allocation.ALLOCATION_EVENTS,
)
NOTIFICATIONS_DELIVERY = Topic(
    name="notifications.delivery.v1",
    owner="notifications",
    key="person",
    kind=Kind.FACTS,
    says="sent, delivered, failed, suppressed and why",
    events=(
        notifications.DeliverySent,
        notifications.DeliveryDelivered,
        notifications.DeliveryFailed,
        notifications.DeliverySuppressed,
    ),
)
SERVICES = ("demand", "inventory", "matching", "notifications")
DEAD_LETTERS = {
    service: Topic(
        name=f"{service}.dead-letter.v1",
        owner=service,
        key="origin key",
        kind=Kind.FACTS,
        says=f"what {service} could not take, with the error and where it came from",
        events=(dead_letter.DeadLetterRecorded,),
        retention=dt.timedelta(days=90),
    )
    for service in SERVICES
}

TOPICS: tuple[Topic, ...] = (
    LANDLORD_VACANCY,
    LANDLORD_TENANCY,
    LANDLORD_RECEIPT,
    INVENTORY_DWELLING,
    INVENTORY_VACANCY,
    INVENTORY_RIGHT,
    INVENTORY_PARTICIPATION,
    DEMAND_APPLICATION,
    DEMAND_LIFE,
    DEMAND_CONDITIONS,
    DEMAND_EXAMINATION,
    DEMAND_MEASURE,
    DEMAND_NOTICE,
    DEMAND_CONTACT,
    MATCHING_CALL,
    MATCHING_ALLOCATION,
    NOTIFICATIONS_DELIVERY,
    *DEAD_LETTERS.values(),
)

_TOPIC_OF = {event: topic for topic in TOPICS if topic.owner != "landlord" for event in topic.events}


class NoTopic(LookupError):
    """An event type that no service may publish, or that several do."""


def topic_of(event: type[Event]) -> Topic:
    """The one topic that carries this type of event. Dead letters have one a service and are named outright.

    Raises:
        NoTopic: the type is in no service's topic.
    """
    if event is dead_letter.DeadLetterRecorded or event not in _TOPIC_OF:
        msg = f"{event.__name__} has no topic of its own in contracts.topics"
        raise NoTopic(msg)
    return _TOPIC_OF[event]


def topic_named(name: str) -> Topic | None:
    """The line of the table for a concrete topic name, None for a stranger's."""
    return _BY_NAME.get(name) or next((topic for topic in _PATTERNED if re.match(topic.pattern, name)), None)


_BY_NAME = {topic.name: topic for topic in TOPICS if not topic.per_landlord}
_PATTERNED = tuple(topic for topic in TOPICS if topic.per_landlord)
