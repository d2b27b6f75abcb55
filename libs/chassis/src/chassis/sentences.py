"""What pydantic found wrong with a stranger's words, as one sentence a field, the same at every door."""

from collections.abc import Mapping
from typing import Any

__all__ = ["WRITTEN", "sentence_of"]

WRITTEN = {
    "^[0-9]{9}$": "A SIREN has nine digits, as 552032708.",
    "^[0-9A-Z]{10}$": "An RPLS identifier has ten digits or capital letters, as 7500123456.",
    "^([0-9]{2}|2[AB])[0-9]{3}$": "An INSEE code of a commune has five characters, as 75118 or 2A004.",
    "^([0-9]{2}|2[AB]|97[1-6])$": "A département is written as 75, 2A or 974.",
    "^QN[0-9A-Z]{6}$": "A priority district is written as QN07511M.",
    r"^[^\x00-\x1f]+$": "Write it on one line, without control characters.",
    "^M[SI]$": "Say MS (upper limbs) or MI (lower limbs).",
    "^D[AV]$": "Say DA (hearing) or DV (sight).",
    "^[0-9]{5}$": "A French postal code has five digits, as 75018.",
    "^[a-z0-9_-]{1,20}$": "Use small letters, digits, - and _, twenty of them at most.",
}
"""How what a pattern asks for is written."""
_SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here; leave it out or correct its name.",
    "string_pattern_mismatch": "The text should have the form {pattern}.",
    "string_too_short": "The text should have {min_length} characters or more.",
    "string_too_long": "The text should have {max_length} characters at most.",
    "too_short": "At least {min_length} should be named; there are {actual_length}.",
    "too_long": "At most {max_length} should be named; there are {actual_length}.",
    "model_type": "The value should be an object.",
    "model_attributes_type": "The value should be an object.",
    "dict_type": "The value should be an object.",
    "uuid_parsing": "The value should be a UUID.",
}


def sentence_of(error: Mapping[str, Any]) -> str:
    """The sentence of one of `ValidationError.errors()`; only a check of ours quotes a value."""
    context = error.get("ctx") or {}
    if error["type"] == "string_pattern_mismatch" and (written := WRITTEN.get(context.get("pattern", ""))):
        return written
    if known := _SENTENCES.get(error["type"]):
        return known.format_map(context)
    text = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "The value should", 1)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
