"""`python -m matching.main [serve|migrate|replay|openapi]`"""
