"""What pydantic found wrong with a stranger's words, as one sentence a field, the same at every door."""

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here; leave it out or correct its name.",
    "string_pattern_mismatch": "The text should have the form {pattern}.",
    "string_too_short": "The text should have {min_length} characters or more.",
    "string_too_long": "The text should have {max_length} characters at most.",
    "too_short": "At least {min_length} should be named.",
    "too_long": "At most {max_length} should be named.",
    "model_type": "The value should be an object.",
    "model_attributes_type": "The value should be an object.",
    "dict_type": "The value should be an object.",
    "uuid_parsing": "The value should be a UUID.",
}


def sentence_of(error: Mapping[str, Any]) -> str:
    """The sentence of one of `ValidationError.errors()`; only a check of ours quotes a value."""
    if known := _SENTENCES.get(error["type"]):
        return known.format_map(error.get("ctx") or {})
    text = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "The value should", 1)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
