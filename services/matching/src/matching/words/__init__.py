"""What people read: sentences for codes, in French and English, and the minutes of a session."""
