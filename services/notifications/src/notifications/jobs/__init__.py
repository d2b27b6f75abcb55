"""What is left due: the channels of a notice, an end to waiting for a contact."""

from chassis.jobs import Jobs
from notifications.jobs import calls, notices

jobs = Jobs()
for part in (calls, notices):
    jobs.include(part.jobs)

__all__ = ["jobs"]
