"""Who fits what: pure decisions. No clock, no database, no random; they are arguments."""
