"""What is left due: looking at what others committed, deadlines, policies that come into force."""

from chassis.jobs import Jobs
from matching.jobs import calls, lettings, policies

jobs = Jobs()
for part in (calls, lettings, policies):
    jobs.include(part.jobs)

__all__ = ["jobs"]
