"""The application number (numéro unique): one a household in a département, or in the region in Île-de-France."""

import re

LENGTH = 18
_NUMBER = re.compile(rf"[0-9A-Z]{{{LENGTH}}}")


def application_number(written: str) -> str:
    """The number as it is kept: 18 capital letters and digits, however it was spaced (DOMAIN §3.1).

    Its parts (département, month, sequence, key, desk) are not published, so no more than its form is checked.

    Raises:
        ValueError: a sentence that says what is wrong.
    """
    if _NUMBER.fullmatch(written):
        return written
    number = re.sub(r"[\s.-]", "", written).upper()
    if _NUMBER.fullmatch(number):
        return number
    if len(number) != LENGTH:
        raise ValueError(f"an application number has {LENGTH} letters and digits; this one has {len(number)}")
    raise ValueError("an application number has only digits and the letters A to Z")
