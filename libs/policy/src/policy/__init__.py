"""A territory's line of conduct as data: files, predicates over named facts, points."""
