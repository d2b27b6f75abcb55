"""What Parcours costs, measured beside what the same machine, broker and database can do at best.

`python -m benchmarks` takes every number in one run and adds them to `benchmarks/RESULTS.md`. Machines differ and are
noisy: only the ratios of one run mean anything, so each benchmark measures its bound with it.
"""
