"""What the clock does."""

from chassis.jobs import Jobs
from demand.jobs import applications, examinations, measures, tenancies

jobs = Jobs()
for part in (applications, examinations, measures, tenancies):
    jobs.include(part.jobs)

__all__ = ["jobs"]
