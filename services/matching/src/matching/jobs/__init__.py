"""What is left due: looking at what others committed, deadlines, policies that come into force, what is pruned."""

from chassis.jobs import Jobs
from matching.jobs import calls, candidacies, circumstances, lettings, offers, policies, postings

jobs = Jobs()
for part in (calls, candidacies, circumstances, lettings, offers, policies, postings):
    jobs.include(part.jobs)

__all__ = ["jobs"]
