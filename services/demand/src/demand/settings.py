from chassis.settings import ServiceSettings, prefixed


class Settings(ServiceSettings):
    """Demand needs nothing beyond what every service does."""

    model_config = prefixed("DEMAND_")
