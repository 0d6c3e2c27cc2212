"""Serving a site by its schedules with Prefect."""
