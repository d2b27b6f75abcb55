"""A territory's line of conduct as data: files, predicates over named facts, points."""

from policy.library import InForce, Library
from policy.model import Policy, Seniority
from policy.reading import read_file, read_policy
from policy.source import Mistake, PolicyRefused

__all__ = ["InForce", "Library", "Mistake", "Policy", "PolicyRefused", "Seniority", "read_file", "read_policy"]
