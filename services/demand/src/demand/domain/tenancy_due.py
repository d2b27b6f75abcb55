"""The work that tenancies leave to the clock, by name."""

from typing import Final

EXAMINE: Final = "demand.examine-tenancy"
"""The three-yearly examination of a lease (CCH L442-5-2)."""
COMPLETE: Final = "demand.complete-examination"
"""The last examination lacked something that the landlord may have stated since."""
ASSESS: Final = "demand.assess-tenancy"
"""Whether the transfer conditions are met may have changed."""
ASSESS_ALL: Final = "demand.assess-tenancies"
"""A landlord published conditions."""
LINK: Final = "demand.link-tenancies"
"""Applications and leases of one home may be one household's."""
LINK_APPLICATION: Final = "demand.link-application"
"""The same, from the application."""
FORGET: Final = "demand.forget-tenancy"
"""An ended lease is kept no longer."""
