"""Settings of matching: environment variables that begin with `MATCHING_`."""

from pathlib import Path

from chassis.settings import ServiceSettings, prefixed
from matching.policies import DEFAULT_FOLDER

__all__ = ["Settings"]


class Settings(ServiceSettings):
    model_config = prefixed("MATCHING_")

    policies: Path = DEFAULT_FOLDER
    """the folder of the territory's policies, one .toml file a version, named by the day it takes effect"""
