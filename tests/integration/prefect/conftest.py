"""A temporary Prefect server for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness
from service_process import EVERY_MINUTE, Service, free_port, serve
from wells_site import write_site


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """``gongkai serve`` with portal, two sources due every minute; started, not waited for."""
    site = write_site(tmp_path_factory.mktemp("served"), "east", "west", schedule=EVERY_MINUTE)
    started = serve(site, free_port(), free_port())
    yield started
    started.end()


@pytest.fixture(scope="session")
def prefect_api() -> Iterator[None]:
    """A temporary server, about 9 s to start; heartbeats off, which cost each flow run 1 s."""
    with (
        prefect_test_harness(server_startup_timeout=150),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield
