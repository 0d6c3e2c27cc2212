"""Award notices made for tests, worded as several platforms word them; firms are invented."""
