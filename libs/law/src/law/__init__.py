"""What the texts say, as pure functions: household sizes, occupation, ceilings, rent burden."""
