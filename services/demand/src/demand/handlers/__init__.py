"""What demand does with incoming events: nothing, because it listens to nobody."""

from chassis.handlers import Handlers

handlers = Handlers()
