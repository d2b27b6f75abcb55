"""The development mailbox: what mail and SMS gateways are outside, here they are a sink that shows what arrived.

Run it with `python -m notifications.mailbox`. It delivers nothing to anybody, and listens on this machine only.
"""
