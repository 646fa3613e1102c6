"""Where a generator's weights are: those that come with the project, or a run's."""

from pathlib import Path

from emogan.core.errors import UserError

PACKAGED = "packaged"
FOLDER = Path(__file__).parents[1] / "networks" / "packaged"
GENERATOR = FOLDER / "generator.safetensors"


def find_generator(named: str | None) -> Path:
    """The file that ``named`` means: ``packaged``, a run's folder, or a generator's file or checkpoint.

    Raises:
        UserError: when there is no such file.
    """
    if named == PACKAGED:
        return GENERATOR
    path = Path(named or "").expanduser()
    file = path / "checkpoints" / "generator.safetensors" if path.is_dir() else path
    if not named or not file.is_file():
        raise UserError(
            f"{named} holds no generator: expected {PACKAGED}, the folder of a run, or its"
            " checkpoints/generator.safetensors or last.ckpt."
        )
    return file
