"""What demand does with incoming events."""

from chassis.handlers import Handlers
from demand.handlers import allocation, examinations, record, tenancies

handlers = Handlers()
for part in (allocation, examinations, record, tenancies):
    handlers.include(part.handlers)

__all__ = ["handlers"]
