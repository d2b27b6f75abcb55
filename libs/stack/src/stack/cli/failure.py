"""An error is one sentence with the way out; `parcours --debug …` shows where it came from."""

import errno
import os
from collections.abc import Iterator

from stack.errors import CommandError, ServerError

_NO_ROOM = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
_MAKE_ROOM = "make room and try again, or name another folder with --data. `parcours --debug …` shows who said so."


def sentence(error: BaseException) -> str:
    """What to tell about this error."""
    first = next(_leaves(error))
    if isinstance(first, OSError) and first.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"No room is left on the disk ({first.filename or 'while writing'}); {_MAKE_ROOM}"
    if found := next((sign for sign in _NO_ROOM if sign in str(first)), None):  # said by a server we started
        return f"No room is left on the disk ({found}); {_MAKE_ROOM}"
    if isinstance(first, (CommandError, ServerError)) or _speaks_for_itself(first):
        return str(first)
    return f"This failed unexpectedly: {type(first).__name__}: {first}. `parcours --debug …` shows where."


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error


def _speaks_for_itself(error: BaseException) -> bool:
    # imported here, where something has failed: a command that succeeds need not pay for it
    from chassis.auth import BadKey, BadToken  # noqa: PLC0415
    from chassis.dead_letters import NoSuchDeadLetter  # noqa: PLC0415
    from chassis.migrations import NewerDatabase  # noqa: PLC0415
    from chassis.topics import TopicsRefused  # noqa: PLC0415

    return isinstance(error, (BadKey, BadToken, NoSuchDeadLetter, NewerDatabase, TopicsRefused))
