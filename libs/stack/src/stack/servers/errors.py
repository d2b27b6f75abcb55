class ServerError(RuntimeError):
    """A server cannot be set up, started or stopped; the message is a sentence that names the way out."""
