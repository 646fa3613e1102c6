"""The verb ``app``: ``emogan app`` opens a page on which a person picks an emotion and sees faces."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("app")

import webbrowser

from omegaconf import DictConfig

from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.config.verbs import is_this_machine
from emogan.core.console import say
from emogan.core.errors import UserError

ADVICE = "use it in a network that you trust, or behind a server with HTTPS (docs/security.md)."
MISSING = 'The page needs packages that are not installed: pip install "emogan[app]".'


def app(cfg: DictConfig) -> None:
    """Serve the page that ``conf/app.yaml`` describes, until somebody stops it.

    Raises:
        UserError: when a package is missing, there are no such weights, or nobody can be served at that address.
    """
    cfg = checked("app", cfg)
    try:
        from emogan.web.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "emogan").split(".")[0] in ("fastapi", "jinja2", "uvicorn", "starlette"):
            raise UserError(MISSING) from error
        raise
    from emogan.core import machine

    machine.keep_freed_memory()

    def started(port: int) -> None:
        address = address_of(cfg.host, port)
        say(f"emogan is at {address}  (Ctrl-C ends it)")
        if not is_this_machine(cfg.host):
            say(f"WARNING: others reach it too. It asks for the password, which is not encrypted on its way: {ADVICE}")
        if cfg.browser:
            webbrowser.open(address)

    serve(plain(cfg), started)
    say("The page is closed.")


def address_of(host: str, port: int) -> str:
    """Where this machine's browser finds the page."""
    if host in ("0.0.0.0", "::"):  # everywhere
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def main(cfg: DictConfig) -> None:
    """The command."""
    app(cfg)


callable_module(__name__)
