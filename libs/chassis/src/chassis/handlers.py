"""What a service does with each incoming event: a registry, filled by decorators, read by the edge."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chassis.work import Work
from contracts.event import Envelope, Event, stem_of
from contracts.landlord import FieldError
from contracts.topics import Topic

E = TypeVar("E", bound=Event)
T = TypeVar("T")
ReactionHandler = Callable[[E, Work], Awaitable[None]]
ProjectionHandler = Callable[[Sequence[E], Work], Awaitable[None]]
ErasureHandler = Callable[[Sequence[str], Work], Awaitable[None]]


class RuleBroken(Exception):
    """The event can never be taken: the edge makes it a dead letter at once and goes on with the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Generic[E]):
    """An event with its envelope, for handlers that take several at once."""

    event: E
    envelope: Envelope


BatchReactionHandler = Callable[[Sequence[Received[E]], Work], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that could not be read; `envelope` says what can be of its headers."""

    envelope: Envelope
    error: str
    errors: Sequence[FieldError]


RefusalHandler = Callable[[Refused, Work], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A reaction's event whose id was seen before; `same_body` tells a repetition from a conflict."""

    event: Event
    same_body: bool


RepeatHandler = Callable[[Repeat, Work], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """Does something once: guarded by the inbox, never replayed."""

    event: type[Event]
    run: BatchReactionHandler[Any]
    on_repeat: RepeatHandler | None = None
    together: str | None = None
    """The same for types whose neighbours in a poll are one run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Keeps what another service owns: guarded by the aggregate's version, replayed at will."""

    event: type[Event]
    run: ProjectionHandler[Any]


class Handlers:
    """The incoming events of one service.

    A type may have a projection and a reaction: the projection runs first.
    """

    def __init__(self) -> None:
        self.reactions: dict[str, Reaction] = {}
        self.projections: dict[str, Projection] = {}
        self.erasures: dict[str, ErasureHandler] = {}
        self.refusals: dict[str, RefusalHandler] = {}

    def include(self, part: "Handlers") -> None:
        """Take what a module of the same service registered, as a router takes routers."""
        _join(self.reactions, part.reactions)
        _join(self.projections, part.projections)
        _join(self.erasures, part.erasures)
        _join(self.refusals, part.refusals)

    def reaction(
        self, *events: type[E], on_repeat: RepeatHandler | None = None
    ) -> Callable[[ReactionHandler[E]], ReactionHandler[E]]:
        """Register what happens once for each event of these types.

        `on_repeat` sees an id that came before; without it a repetition is counted and passed over,
        and the same id with another body becomes a dead letter.
        """

        def register(handler: ReactionHandler[E]) -> ReactionHandler[E]:
            async def each(received: Sequence[Received[E]], work: Work) -> None:
                for one in received:
                    work.cause = one.envelope
                    await handler(one.event, work)

            for event in events:
                self._once(self.reactions, event)
                self.reactions[event.TYPE] = Reaction(event=event, run=each, on_repeat=on_repeat)
            return handler

        return register

    def reaction_batch(
        self, *events: type[E], on_repeat: RepeatHandler | None = None
    ) -> Callable[[BatchReactionHandler[E]], BatchReactionHandler[E]]:
        """Register what happens once for each event of these types, for a run of them at a time.

        For what writes many rows a poll; neighbours of any of the types are one run. `work.cause` is the first of the
        run, so pass `cause` when emitting. `on_repeat` as for `reaction`.
        """

        def register(handler: BatchReactionHandler[E]) -> BatchReactionHandler[E]:
            together = " ".join(event.TYPE for event in events)
            for event in events:
                self._once(self.reactions, event)
                self.reactions[event.TYPE] = Reaction(event=event, run=handler, on_repeat=on_repeat, together=together)
            return handler

        return register

    def refusal(self, topic: Topic) -> Callable[[RefusalHandler], RefusalHandler]:
        """Register who answers the sender of a record that could not be decoded; it is a dead letter besides."""

        def register(handler: RefusalHandler) -> RefusalHandler:
            self._once(self.refusals, topic)
            self.refusals[topic.name] = handler
            return handler

        return register

    def projection(self, event: type[E]) -> Callable[[ProjectionHandler[E]], ProjectionHandler[E]]:
        """Register what keeps the state this type carries.

        The handler gets all the events of one poll, in order, and must write only what has a higher version.
        """

        def register(handler: ProjectionHandler[E]) -> ProjectionHandler[E]:
            self._once(self.projections, event)
            self.projections[event.TYPE] = Projection(event=event, run=handler)
            return handler

        return register

    def erasure(self, topic: Topic) -> Callable[[ErasureHandler], ErasureHandler]:
        """Register what forgets the keys that a state topic erased."""

        def register(handler: ErasureHandler) -> ErasureHandler:
            self._once(self.erasures, topic)
            self.erasures[topic.name] = handler
            return handler

        return register

    def handles(self, event_type: str) -> bool:
        return event_type in self.reactions or event_type in self.projections

    def handles_stem(self, event_type: str) -> bool:
        """Whether some major version of this type is handled here."""
        stem = stem_of(event_type)
        return any(stem_of(known) == stem for known in (*self.reactions, *self.projections))

    def run_of(self, event_type: str) -> str:
        """What events have in common that one call takes together: their type, or a batch reaction of several."""
        reaction = self.reactions.get(event_type)
        return (reaction and event_type not in self.projections and reaction.together) or event_type

    def event_class(self, event_type: str) -> type[Event]:
        known = self.reactions.get(event_type) or self.projections[event_type]
        return known.event

    @staticmethod
    def _once(table: dict[str, Any], what: type[Event] | Topic) -> None:
        name = what.name if isinstance(what, Topic) else what.TYPE
        if name in table:
            msg = f"{name} is registered twice"
            raise ValueError(msg)


def _join(mine: dict[str, T], theirs: dict[str, T]) -> None:
    if twice := mine.keys() & theirs.keys():
        msg = f"{', '.join(sorted(twice))} is registered twice"
        raise ValueError(msg)
    mine.update(theirs)
