"""`make bench-matching`: the ranking in memory beside the best plans of others, on the same population, in one run."""
