"""The page of ``emogan app``, and the same over HTTP.

FastAPI has the routes with their types and schema, Jinja the pages, htmx what changes on a page without a reload, Pico
the look. Gradio was tried first: docs/app.md says what spoke against it.
"""
