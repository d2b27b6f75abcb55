"""What the items of a poll do inside its transaction: projections, erasures, reactions and dead letters, in order."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from chassis import dead_letters, inbox
from chassis.handlers import Handlers, Received, Refused, Repeat
from chassis.inbox import Seen
from chassis.incoming import Dead, Erased, Ignored, Incoming, Item
from chassis.metrics import Metrics
from chassis.work import Work
from contracts.dead_letter import DeadLetterReason
from contracts.event import Envelope
from contracts.landlord import FieldError


class Dispatch:
    """Brings the items of one transaction to the handlers of one service."""

    def __init__(self, service: str, handlers: Handlers, metrics: Metrics) -> None:
        self.service = service
        self.handlers = handlers
        self._metrics = metrics

    async def run(self, items: Sequence[Item], work: Work, *, unmark: bool = False) -> None:
        """Do all that these items ask for; `unmark` takes them although the inbox calls them dead."""
        reacting = [item for item in items if isinstance(item, Incoming) and self._reacts(item)]
        if unmark:
            for item in reacting:
                await inbox.set_dead(work.session, self.service, item.mark, dead=False)
            seen = [Seen.NEW] * len(reacting)
        else:
            seen = await inbox.claim(work.session, self.service, [item.mark for item in reacting])
        verdicts = dict(zip(map(id, reacting), seen, strict=True))
        for _, group in groupby(items, key=self._route):
            run: list[Any] = list(group)
            work.topic = run[0].record.topic
            match run[0]:
                case Dead():
                    for dead in run:
                        await self._bury(dead, work)
                case Erased():
                    await self._erase(run, work)
                case Incoming(envelope=envelope):
                    await self._project(run, work)
                    if envelope.type in self.handlers.reactions:
                        await self._react(run, [verdicts[id(item)] for item in run], work)

    async def project_only(self, items: Sequence[Item], work: Work) -> int:
        """Run projections and erasures and nothing else; return how many items they took."""
        taken = 0
        for _, group in groupby(items, key=self._route):
            run: list[Any] = list(group)
            work.topic = run[0].record.topic
            match run[0]:
                case Erased():
                    await self._erase(run, work)
                    taken += len(run)
                case Incoming(envelope=envelope) if envelope.type in self.handlers.projections:
                    await self._project(run, work)
                    taken += len(run)
        return taken

    def _route(self, item: Item) -> tuple[str, str]:
        """Neighbours with the same route are handled together: the same topic and type (or several of one batch)."""
        match item:
            case Dead():
                return ("dead", "")
            case Ignored():
                return ("ignored", "")
            case Erased():
                return (item.record.topic, "")
            case Incoming():
                return (item.record.topic, self.handlers.run_of(item.envelope.type))

    def _reacts(self, item: Incoming) -> bool:
        return item.envelope.type in self.handlers.reactions

    async def _project(self, run: Sequence[Any], work: Work) -> None:
        projection = self.handlers.projections.get(run[0].envelope.type)
        if projection:
            work.envelopes = [item.envelope for item in run]
            work.cause = work.envelopes[0]
            await projection.run([item.event for item in run], work)

    async def _erase(self, run: Sequence[Any], work: Work) -> None:
        work.envelopes = [
            item.envelope or Envelope.new("erased", source=item.topic.name, time=work.now, subject=item.key)
            for item in run
        ]
        work.cause = work.envelopes[0]
        await self.handlers.erasures[run[0].topic.name]([item.key for item in run], work)

    async def _react(self, run: Sequence[Any], seen: Sequence[Seen], work: Work) -> None:
        """Handle what is new; tell of a repetition whoever asked to be told, and bury a conflict nobody asked about."""
        reaction = self.handlers.reactions[run[0].envelope.type]
        for is_new, group in groupby(zip(run, seen, strict=True), key=lambda pair: pair[1] is Seen.NEW):
            pairs = list(group)
            if is_new:
                work.cause = pairs[0][0].envelope
                await reaction.run([Received(event=item.event, envelope=item.envelope) for item, _ in pairs], work)
                continue
            for item, verdict in pairs:
                self._metrics.inbox_duplicates.add(1, {"type": item.envelope.type})
                if reaction.on_repeat:
                    work.cause = item.envelope
                    await reaction.on_repeat(Repeat(event=item.event, same_body=verdict is not Seen.OTHER_BODY), work)
                elif verdict is Seen.OTHER_BODY:
                    await self._bury(_conflict(item), work)

    async def _bury(self, item: Dead, work: Work) -> None:
        if not await dead_letters.record(item, work):
            return
        self._metrics.dead_letters.add(1, {"reason": item.reason.value})
        if item.mark and item.reason is not DeadLetterReason.CONFLICTING_DUPLICATE:
            await inbox.set_dead(work.session, self.service, item.mark, dead=True)
        refusal = self.handlers.refusals.get(item.topic.name) if item.topic else None
        if refusal:
            # Who sent it gets an answer also where the headers are not those of a CloudEvent.
            raw = item.record
            work.cause = item.envelope or Envelope.legible(
                raw.headers, otherwise_id=f"{raw.partition}:{raw.offset}", now=work.now
            )
            await refusal(Refused(envelope=work.cause, error=item.error, errors=item.errors), work)


def _conflict(item: Incoming) -> Dead:
    sentence = f"the id {item.envelope.id} of {item.envelope.source} was seen before with another body"
    return Dead(
        record=item.record,
        topic=None,
        reason=DeadLetterReason.CONFLICTING_DUPLICATE,
        error=sentence,
        errors=(FieldError(field="ce_id", message=sentence),),
        envelope=item.envelope,
        mark=item.mark,
    )
