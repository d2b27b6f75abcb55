from chassis.settings import ServiceSettings, prefixed


class Settings(ServiceSettings):
    """Inventory needs nothing beyond what every service does."""

    model_config = prefixed("INVENTORY_")
