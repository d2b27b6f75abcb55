"""How the mailbox can be told to misbehave, for tests and chaos."""

from pydantic import BaseModel, ConfigDict, Field


class Faults(BaseModel):
    """Everything off by default. Counters go down as they are used."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True, use_attribute_docstrings=True)

    delay_s: float = Field(default=0.0, ge=0, le=3600)
    """A message is recorded, then its answer waits this long: the window in which a sender can be killed."""
    refuse: int = Field(default=0, ge=0)
    """So many next messages are answered with `refuse_code`, and not recorded."""
    refuse_code: int = Field(default=451, ge=400, le=599)
    """An SMTP code; an SMS is answered 503 for 4xx (try again) and 422 for 5xx (never)."""
    drop: int = Field(default=0, ge=0)
    """So many next messages are recorded, then the connection is dropped (an SMS: 504) instead of answered."""
    unknown_recipients: frozenset[str] = frozenset()
    """Addresses and phones that are refused for good."""

    def use_refusal(self) -> bool:
        if self.refuse:
            self.refuse -= 1
            return True
        return False

    def use_drop(self) -> bool:
        if self.drop:
            self.drop -= 1
            return True
        return False
