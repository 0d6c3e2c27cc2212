"""Property tests here compute tables on first use, so a deadline per example means nothing."""

from hypothesis import settings

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")
