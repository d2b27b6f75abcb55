"""Settings of matching: environment variables that begin with `MATCHING_`."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from chassis.settings import ServiceSettings, prefixed
from matching.policies import DEFAULT_FOLDER
from policy import Library

__all__ = ["Settings"]


class Settings(ServiceSettings):
    model_config = prefixed("MATCHING_")

    link_secret: SecretStr = Field(repr=False)
    """the secret that links are signed with, 32 bytes or more; demand and notifications have the same"""
    policies: Path = Field(default=DEFAULT_FOLDER, validate_default=True)
    """the folder of policies: one folder a territory, one .toml file a version, named by the day it takes effect"""

    @field_validator("policies")
    @classmethod
    def _readable(cls, folder: Path) -> Path:
        Library(folder)
        return folder
