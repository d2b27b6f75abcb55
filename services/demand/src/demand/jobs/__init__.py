"""What the clock does."""

from chassis.jobs import Jobs
from demand.jobs import applications

jobs = Jobs()
for part in (applications,):
    jobs.include(part.jobs)

__all__ = ["jobs"]
