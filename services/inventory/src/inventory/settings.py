from pydantic import DirectoryPath

from chassis.settings import ServiceSettings, prefixed


class Settings(ServiceSettings):
    """What inventory needs besides what every service does."""

    model_config = prefixed("INVENTORY_")

    drop_folder: DirectoryPath | None = None
    """a folder in which landlords' systems leave files as <siren>/<profile>/<file>.csv; without it none is watched"""
    profiles_folder: DirectoryPath | None = None
    """a folder with mapping profiles, <profile>.toml or <siren>/<profile>.toml, beside those that are shipped"""
