"""What demand does with incoming events."""

from chassis.handlers import Handlers
from demand.handlers import tenancies

handlers = Handlers()
for part in (tenancies,):
    handlers.include(part.handlers)

__all__ = ["handlers"]
