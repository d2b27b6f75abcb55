"""The line of conduct that applies to an application: that of the territory it wants a home in first."""

import datetime as dt

from demand.domain.application import Application
from demand.domain.conduct import Conduct


def conduct_for(_application: Application, _on: dt.date) -> Conduct:
    """Births count and so do children in shared custody, until a territory says otherwise."""
    return Conduct()
