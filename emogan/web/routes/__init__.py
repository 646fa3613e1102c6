"""What can be asked for over HTTP, a file for each subject. docs/http.md has an example of each."""

from emogan.web.routes import balancings, changes, databases, faces, person, photographs, runs, trainings

ROUTERS = tuple(
    module.router for module in (faces, person, photographs, changes, trainings, runs, databases, balancings)
)
