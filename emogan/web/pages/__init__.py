"""What a person sees: a file for each page, its HTML in ``templates/``."""

from emogan.web.pages import balance, change, chosen, data, faces, person, photograph, runs, train

ROUTERS = tuple(module.router for module in (chosen, faces, person, change, photograph, train, runs, data, balance))
