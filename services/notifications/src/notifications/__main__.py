"""`python -m notifications [serve|migrate|replay|openapi]`"""

from notifications.main import main

main()
