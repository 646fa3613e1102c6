"""The verb ``app``: ``emogan app`` opens a page on which a person picks an emotion and sees faces."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("app")

import webbrowser

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.console import say
from emogan.core.errors import UserError

MISSING = 'The page needs packages that are not installed: pip install "emogan[app]".'


def app(cfg: DictConfig) -> None:
    """Serve the page that ``conf/app.yaml`` describes, until somebody stops it.

    Raises:
        UserError: when a package is missing, there are no such weights, or nobody can be served at that address.
    """
    cfg = checked("app", cfg)
    try:
        from emogan.web.server import application, serve
    except ModuleNotFoundError as error:
        if (error.name or "emogan").split(".")[0] in ("fastapi", "jinja2", "uvicorn", "starlette"):
            raise UserError(MISSING) from error
        raise
    from emogan.core import machine

    machine.keep_freed_memory()
    served = application(plain(cfg))

    def started(port: int) -> None:
        shown = f"[{cfg.host}]" if ":" in cfg.host else cfg.host
        address = f"http://{shown if cfg.password is None else 'localhost'}:{port}/"
        say(f"emogan is at {address}  (Ctrl-C ends it)")
        if cfg.browser:
            webbrowser.open(address)

    serve(served, cfg.host, cfg.port, started)


def main(cfg: DictConfig) -> None:
    """The command."""
    app(cfg)


callable_module(__name__)
