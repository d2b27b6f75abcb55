# ruff: noqa: INP001 - a script
"""A health check: `python is_ready.py PORT [PATH]` fails, with the reason, unless the answer is 2xx."""

import sys
from http.client import HTTPConnection

port, path = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/health/ready"  # noqa: PLR2004 - two arguments
connection = HTTPConnection("127.0.0.1", port, timeout=4)
connection.request("GET", path)
answer = connection.getresponse()
if answer.status not in range(200, 300):
    sys.exit(f"{answer.status}: {answer.read().decode(errors='replace')}")
