"""What notifications does with events: keep contacts, and write down whom to tell."""

from chassis.handlers import Handlers
from notifications.handlers import calls, contacts, notices, offers

handlers = Handlers()
for part in (contacts, calls, notices, offers):
    handlers.include(part.handlers)

__all__ = ["handlers"]
