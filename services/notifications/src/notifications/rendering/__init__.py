"""Messages ready for a gateway: a template is filled once a home and language, then recipients are spliced in."""
