"""Tables of notifications and every query on them, a module a noun."""
