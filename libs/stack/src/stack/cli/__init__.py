"""The `parcours` command: one module a group of commands."""

from stack.cli.app import main

__all__ = ["main"]
