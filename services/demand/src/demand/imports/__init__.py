"""Applications of other files: an export by mapping profile, or the XML of the national system (SNE)."""

from demand.imports.flat import APPLICATIONS, profile_of
from demand.imports.load import import_applications, import_edge, import_sne

__all__ = ["APPLICATIONS", "import_applications", "import_edge", "import_sne", "profile_of"]
