"""Steps that several doors share: keep a notice, tell helpers, make letters, publish what deliveries became."""
