"""What every view is."""

from pydantic import BaseModel, ConfigDict

__all__ = ["View"]


class View(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)
