"""Settings for every test. Fixtures live beside the tests that use them."""

from hypothesis import settings

settings.register_profile("coffre", max_examples=50, deadline=None)
settings.load_profile("coffre")
