"""What the clock does."""

from chassis.jobs import Jobs
from demand.jobs import applications, examinations

jobs = Jobs()
for part in (applications, examinations):
    jobs.include(part.jobs)

__all__ = ["jobs"]
