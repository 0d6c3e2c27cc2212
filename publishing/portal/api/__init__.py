"""``/api/v1/``: the query API over released versions. See ``docs/api.md``."""
