"""`postroom serve`: the HTTP API, with a worker in the same process unless told otherwise."""

from typing import Annotated

import typer

from admin.http.token import api_token
from engine.runtime.logs import configure
from engine.runtime.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    *,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Process documents in this process too.")
    ] = True,
) -> None:
    """Serve pages and the HTTP API (documentation under /docs). Programs bring a token, people sign in."""
    # the web framework takes most of a second to import; the other commands do without
    import uvicorn

    from admin.http.app import make_app

    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    token, made_at = api_token(settings)
    if made_at is not None:
        typer.echo(f"API token: kept in {made_at} (header: Authorization: Bearer ...)", err=True)
    typer.echo(f"Postroom listens on http://{host}:{port}  documentation: http://{host}:{port}/docs", err=True)
    app = make_app(settings, token=token, with_worker=with_worker)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
