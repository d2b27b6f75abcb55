"""E-mail addresses, as far as a form can check them: only a message that arrives proves one."""

import re

LONGEST = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+{_LABEL}", re.ASCII)


def email(written: str) -> str:
    """The address without the spaces around it, its domain in lower case.

    Raises:
        ValueError: a sentence that says what is wrong, without the address: errors end up in logs.
    """
    address = written.strip()
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address):
        raise ValueError("this is no e-mail address; write it as name@example.fr, without accents")
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"
