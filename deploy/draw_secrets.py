# ruff: noqa: INP001 - a script
"""Draw the secrets of an installation with containers: `.env`, which docker-compose.yml takes them from.

The keys lie in `deploy/keys` as in the folder of a stack, so `parcours token issue --data deploy …` makes tokens that
the services accept. The private one goes into no container. What was drawn once is kept.
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

from stack.keys import Keys

ROOT = Path(__file__).resolve().parents[1]


def draw(root: Path = ROOT) -> Path:
    """Write what is missing below `root`, readable by its owner alone; return where `.env` is."""
    environment = root / ".env"
    keys = Keys.of(root / "deploy" / "keys")
    values = {
        "POSTGRES_PASSWORD": secrets.token_urlsafe(32),
        "LINK_SECRET": keys.link_secret,
        "REPORT_TOKEN": keys.report_token,
        "TOKEN_PUBLIC_KEYS": '"{}"'.format(keys.public_key.read_text().strip().replace("\n", "\\n")),
    }
    try:
        descriptor = os.open(environment, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{environment} is there already and stays as it is.\n")
        return environment
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    sys.stderr.write(f"Wrote {environment} and {root / 'deploy' / 'keys'}, for you alone; git ignores both.\n")
    return environment


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the secrets that docker-compose.yml takes from .env.")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="the folder of docker-compose.yml")
    draw(parser.parse_args().root)
