"""Files of other systems: encodings, delimiters, mapping profiles, a report by line, a watched folder."""
