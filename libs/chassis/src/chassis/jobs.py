"""What the clock does: a registry of due work, filled by decorators, run by `chassis.due`."""

from collections.abc import Awaitable, Callable, Mapping

from chassis.work import Task, Work

JobHandler = Callable[[Task, Work], Awaitable[None]]


class Jobs:
    """The kinds of due work of one service, each run in a transaction of its own."""

    def __init__(self, handlers: Mapping[str, JobHandler] | None = None) -> None:
        self.handlers: dict[str, JobHandler] = dict(handlers or {})

    def include(self, part: "Jobs") -> None:
        """Take what a module of the same service registered, as a router takes routers."""
        for kind, handler in part.handlers.items():
            self.on(kind)(handler)

    def on(self, kind: str) -> Callable[[JobHandler], JobHandler]:
        """Register what happens when work of this kind is due.

        The row is deleted in the transaction that runs the handler; when the handler fails the row stays,
        backs off and is tried again.
        """

        def register(handler: JobHandler) -> JobHandler:
            if kind in self.handlers:
                msg = f"{kind} is registered twice"
                raise ValueError(msg)
            self.handlers[kind] = handler
            return handler

        return register
