"""The encodings of a mail that are done for each recipient: small, and nothing can break out of them.

`email.message.EmailMessage` does the same in 1.3 ms a message; what is here is spliced into bytes rendered before.
"""

import base64
import binascii
import re

_ATTEXT = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_WORD_BYTES = 39
"""Base64 makes 52 of them; with its marks and `Subject: ` before it the line stays under 76 (RFC 2047, 2)."""
SOFT_BREAK = b"=\r\n"


def quoted_printable(text: str) -> bytes:
    """A text as quoted-printable (RFC 2045, 6.7), line breaks as CRLF, no line over 76 bytes."""
    lines = text.replace("\r\n", "\n").encode()
    return binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def spliced(text: str) -> bytes:
    """A text that can stand between two other quoted texts: on lines of its own that the reader joins again."""
    return SOFT_BREAK + quoted_printable(text) + SOFT_BREAK if text else b""


def words(text: str) -> bytes:
    """A header's text: as it is when it is plain ASCII, else as encoded words (RFC 2047), folded.

    Line breaks and other control characters cannot come through: the first form has none, the second hides them.
    """
    if text.isascii() and text.isprintable() and "=?" not in text:
        return text.encode()
    parts: list[bytes] = [b""]
    for letter in text:
        encoded = letter.encode()
        if len(parts[-1]) + len(encoded) > _WORD_BYTES:
            parts.append(b"")
        parts[-1] += encoded
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(part) + b"?=" for part in parts)


def mailbox(name: str, address: str) -> bytes:
    """`Name <address>` for a header; the address must be one that `usable_email` gave."""
    if not name:
        return address.encode()
    return (words(name) if _ATTEXT.fullmatch(name) or not name.isascii() else _quoted_string(name)) + (
        f"\r\n <{address}>" if len(name) + len(address) > 60 else f" <{address}>"  # noqa: PLR2004 - well under a line
    ).encode()


def _quoted_string(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return words(f'"{escaped}"') if escaped.isprintable() and "=?" not in escaped else words(name)
