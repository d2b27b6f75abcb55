from pathlib import Path

from pydantic import field_validator

from chassis.settings import ServiceSettings, prefixed
from policy import Library


class Settings(ServiceSettings):
    model_config = prefixed("DEMAND_")

    policies: Path | None = None
    """the folder of the territories' policies; without it no target group is named, and every birth counts"""

    @field_validator("policies")
    @classmethod
    def _readable(cls, folder: Path | None) -> Path | None:
        if folder is not None:
            Library(folder)
        return folder
