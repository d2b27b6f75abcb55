"""What matching does with events: keep applications, follow vacancies, and leave the looking to due work.

Store, commit, then look (DESIGN §6): an application and a vacancy that arrive together are each committed with a
piece of due work first, and whichever looks last sees the other.
"""

from chassis.handlers import Handlers
from matching.handlers import applications, circumstances, examinations, vacancies

handlers = Handlers()
for part in (applications, circumstances, examinations, vacancies):
    handlers.include(part.handlers)

__all__ = ["handlers"]
