from stack.servers import ServerError

__all__ = ["CommandError", "ServerError"]


class CommandError(Exception):
    """A command cannot do what it was asked; the message is a sentence that names the way out."""
