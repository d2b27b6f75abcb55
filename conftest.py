from hypothesis import settings

pytest_plugins = ["stack.testing"]

# An example's time is that of the machine, which others may use as well; what has to be fast is measured by itself.
settings.register_profile("parcours", deadline=None)
settings.load_profile("parcours")
