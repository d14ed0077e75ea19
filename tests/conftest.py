"""Settings of all tests."""

from hypothesis import settings

# The same examples on every run, so that a red is the change's; a busy machine is no fault of the code.
settings.register_profile("steady", deadline=None, derandomize=True)
# ``make test ARGS=--hypothesis-profile=explore`` looks for new ones.
settings.register_profile("explore", deadline=None)
settings.load_profile("steady")
