"""The verbs, each with what it does and three examples."""

import sys
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Verb:
    """What ``--help`` says of a verb beside its settings."""

    does: str
    examples: tuple[str, str, str]


VERBS = {
    "train": Verb(
        "train a network that draws faces with an emotion",
        ("emotion=raiva", "emotion=todas minutes=30", "emotion=raiva init_from=packaged data=folder data.root=FOLDER"),
    ),
    "generate": Verb(
        "draw faces of people who do not exist, or the nearest face to a photograph",
        ("emotion=raiva n=100 seed=7", "emotion=raiva to=felicidade frames=24", "project=photo.jpg"),
    ),
    "evaluate": Verb(
        "measure how good the faces of a run are",
        ("run=outputs/train/raiva/DATE_TIME", "runs=[FOLDER,FOLDER]", "run=FOLDER weights=best faces=500"),
    ),
    "inspect": Verb(
        "show what a database holds, what is used of it, and what is left out and why",
        ("data=folder data.root=FOLDER", "data=kdef data.root=KDEF_and_AKDEF", "data=faces data.angle=null"),
    ),
    "recognise": Verb(
        "read emotion, strength and facial actions of every face in photographs",
        ("photo.jpg", "FOLDER faces=largest pictures=false", "photo=[a.jpg,b.jpg] out=FOLDER"),
    ),
    "translate": Verb(
        "give the faces of photographs another emotion, at the photographs' own size and in their colours",
        ("photo.jpg emotion=raiva", "FOLDER emotion=todas intensity=0.7", "photo.jpg emotion=felicidade frames=24"),
    ),
    "complete": Verb(
        "draw what is hidden of a face: behind sunglasses, a hand, a mask or a bar",
        ("photo.jpg cover=auto", "photo.jpg mask=M.png", "photo.jpg cover=auto emotion=felicidade"),
    ),
    "balance": Verb(
        "fill a database's short emotions with generated faces that pass a sieve, in a folder of its own",
        (
            "data.root=FOLDER out=FOLDER plan=true",
            "data.root=FOLDER out=FOLDER minutes=10",
            "data=faces out=FOLDER target=200 weights=packaged",
        ),
    ),
    "study": Verb(
        "measure whether drawn faces help a recogniser that learns from an unbalanced database",
        (
            "data=faces out=FOLDER weights=packaged",
            "data.root=FOLDER data=folder out=FOLDER imbalances=own",
            "data=faces out=FOLDER weights=packaged looks=hard recognisers=small imbalances=one",
        ),
    ),
    "render": Verb(
        "render a database of synthetic people, named like KDEF",
        ("out=faces people=70", "out=faces people=200 angles=[S]", "out=faces people=10 seed=2 workers=1"),
    ),
    "report": Verb(
        "loss curves, faces and a page of several runs",
        ("runs=outputs/multirun/DATE_TIME", "runs=outputs/train out=report", "runs=outputs/train/raiva"),
    ),
    "export": Verb(
        "take a network to other programs as ONNX, faces as a sprite sheet, or a person as a 3D avatar",
        ("out=generator.onnx", "sheet=faces.png n=4 seed=3", "gltf=person.glb photos=photo.jpg"),
    ),
    "app": Verb(
        "open a page on which a person picks an emotion and sees faces; the same over HTTP",
        ("", "port=0 browser=false", "roots=[FOLDER,FOLDER] outputs=FOLDER"),
    ),
}


def choose(arguments: list[str]) -> tuple[str, list[str]]:
    """The verb that the arguments begin with, and the others.

    Ends the process with the list of verbs where none is asked for, or with the nearest one for a word that is none.
    """
    if not arguments or arguments[0] in ("help", "--help", "-h"):
        if len(arguments) > 1 and arguments[1] in VERBS:
            return arguments[1], ["--help"]
        print(overview())
        sys.exit(0)
    verb, *others = arguments
    if verb in ("--version", "version"):
        from emogan.cli.about import text

        print(text())
        sys.exit(0)
    if verb in VERBS:
        return verb, others
    near = get_close_matches(verb, VERBS, 1, 0.5)
    hint = f"did you mean emogan {near[0]}?" if near else "expected one of them."
    if "=" in verb or verb.startswith("-"):
        hint = f"a verb comes first, as in emogan train {verb}."
    print(f"emogan: {verb} is no verb ({', '.join(VERBS)}): {hint}", file=sys.stderr)
    sys.exit(2)


def overview() -> str:
    """The verbs, a line each."""
    lines = [f"  {name:<10}{verb.does}" for name, verb in VERBS.items()]
    return "\n".join(
        [
            "emogan VERB setting=value …",
            "",
            *lines,
            "",
            "emogan VERB --help lists a verb's settings; python -m emogan.VERB is the same command.",
        ]
    )
