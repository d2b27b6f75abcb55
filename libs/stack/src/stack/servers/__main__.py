"""`python -m stack.servers` fetches Kafka's jars into the cache, saying which; silent when they are there."""

import sys
import time

from stack.servers.errors import ServerError
from stack.servers.jars import fetch_jars

_SAY_EVERY = 5


def main() -> int:
    started = time.monotonic()

    def say(done: int, total: int, coordinate: str) -> None:
        if done % _SAY_EVERY == 0 or done == total:
            print(  # noqa: T201 - its output
                f"  {time.monotonic() - started:5.1f} s  {done} of {total} jars: {coordinate}", flush=True
            )

    try:
        fetch_jars(progress=say)
    except ServerError as error:
        print(error, file=sys.stderr)  # noqa: T201 - its output
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
