"""The Prefect server as a process of its own: ``python -m flows.serving_server``.

Its settings come from the environment that ``flows.serving`` makes. It is started here and not by
``prefect server start``, because it has to end with the process that started it.
"""

from __future__ import annotations

from flows.parent_watch import stop_with_parent

CLOSE_SECONDS = 2
"""How long open pages may hold up the end."""


def main() -> None:
    """Serve until told to stop."""
    stop_with_parent()
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings = get_current_settings().server.api
    uvicorn.run(
        app=create_app(final=True),
        host=settings.host,
        port=settings.port,
        timeout_keep_alive=settings.keepalive_timeout,
        timeout_graceful_shutdown=CLOSE_SECONDS,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
