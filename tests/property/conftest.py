from hypothesis import settings

# A busy machine is no bug: what is timed is timed in tests/bench.
settings.register_profile("footnote", deadline=None)
settings.load_profile("footnote")
