"""Reservation rights on the way of a home: load, decide, store; what handlers, jobs and the API share."""

from inventory.rights.letters import answer, inform
from inventory.rights.lines import waive
from inventory.rights.settling import deduct, nobody_known, reopen, settle
from inventory.rights.times import morning
from inventory.rights.turns import foresee, orient

__all__ = ["answer", "deduct", "foresee", "inform", "morning", "nobody_known", "orient", "reopen", "settle", "waive"]
