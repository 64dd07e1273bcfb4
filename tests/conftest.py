"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

# No deadlines: the same example takes longer while something else keeps the machine busy.
settings.register_profile("femr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("femr")
