"""Settings of all tests."""

from hypothesis import settings

# The same examples on every run: a red is the fault of a change. A busy machine is no fault at all.
settings.register_profile("steady", deadline=None, derandomize=True)
# Another Python is no reason for other examples, nor for all of them again.
settings.register_profile("few", deadline=None, derandomize=True, max_examples=20)
# ``make test ARGS=--hypothesis-profile=explore`` looks for new ones.
settings.register_profile("explore", deadline=None)
settings.load_profile("steady")
