"""Checkpoints and generators made to harm: each takes the path of a sound one and writes over it."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hostile_cases.attacks import Payload

Change = Callable[[dict[str, Any]], Any]  # of a checkpoint's content, in place or anew
Write = Callable[[Path], object]
Header = Callable[[dict[str, Any]], Any]  # of a generator's metadata


def written(path: Path, content: Any) -> None:
    """Write a checkpoint the way that the project does, checksum and all: the damage must be seen for itself."""
    import torch

    try:
        from emogan.runs.checkpoint import write_checkpoint
    except ImportError:
        torch.save(content, path)
        return
    if isinstance(content, dict):
        write_checkpoint(content, path)
    else:
        torch.save(content, path)


def changed(change: Change) -> Write:
    """Writes the checkpoint with other content."""

    def make(path: Path) -> None:
        import torch

        content = torch.load(path, map_location="cpu", weights_only=True)
        replaced = change(content)
        written(path, content if replaced is None else replaced)

    return make


def raw(content: Callable[[], bytes]) -> Write:
    """Writes bytes."""
    return lambda path: path.write_bytes(content())


def poisoned(prefixes: tuple[str, ...], value: float) -> Change:
    """A number that is none in every weight of some networks."""

    def change(content: dict[str, Any]) -> None:
        for name, tensor in content["state_dict"].items():
            if name.startswith(prefixes) and tensor.is_floating_point():
                tensor[(0,) * tensor.dim()] = value

    return change


def poison_adam(content: dict[str, Any]) -> None:
    """Adam's state that is no number."""
    for state in content["optimizer_states"][0]["state"].values():
        state["exp_avg"].fill_(float("nan"))


def set_to(key: str, value: Any) -> Change:
    """One top-level entry with another value."""
    return lambda content: content.update({key: value})


def without(key: str) -> Change:
    """One top-level entry gone."""
    return lambda content: content.pop(key) and None


def misshapen(content: dict[str, Any]) -> None:
    """Weights of another shape."""
    import torch

    for prefix in ("generator.", "ema.module."):
        name = next(name for name in content["state_dict"] if name.startswith(prefix))
        content["state_dict"][name] = torch.zeros(3, 5, 7)


def settings(key: str, value: Any) -> Change:
    """The generator of the settings with another value."""

    def change(content: dict[str, Any]) -> None:
        content["hyper_parameters"]["settings"]["model"]["generator"][key] = value

    return change


def pickled(payload: Any) -> bytes:
    """A checkpoint's zip around any pickle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(payload, protocol=2))
        archive.writestr("archive/version", "3\n")
    return file.getvalue()


def zip_bomb() -> bytes:
    """Two gigabytes of pickle in two megabytes of zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("archive/data.pkl", "w", force_zip64=True) as inner:
            inner.write(b"\x80\x02" + b"X" + struct.pack("<I", 2**31 - 1))
            for _ in range(2048):
                inner.write(bytes(1 << 20))
        archive.writestr("archive/version", "3\n")
    return file.getvalue()


NOTHING = float("nan")
CHECKPOINTS: dict[str, Write] = {
    "NaN in the generator": changed(poisoned(("generator.", "ema.module."), NOTHING)),
    "infinity in the generator": changed(poisoned(("generator.", "ema.module."), float("inf"))),
    "of an empty dictionary": changed(lambda content: {}),
    "of a list": changed(lambda content: [1, 2]),
    "without state_dict": changed(without("state_dict")),
    "without hyper_parameters": changed(without("hyper_parameters")),
    "settings None": changed(set_to("hyper_parameters", {"settings": None})),
    "settings a list": changed(set_to("hyper_parameters", {"settings": [1]})),
    "state_dict a list": changed(set_to("state_dict", [1])),
    "wrong shapes": changed(misshapen),
    "another network": changed(settings("_target_", "torch.nn.Linear")),
    "os.system as network": changed(settings("_target_", "os.system")),
    "huge width": changed(settings("width", 100_000)),
    "a pickle that runs": raw(lambda: pickled(Payload())),
    "a bare pickle that runs": raw(lambda: pickle.dumps(Payload())),
    "a zip bomb": raw(zip_bomb),
    "HTML": raw(lambda: b"<html>404</html>"),
    "a generator's file": lambda path: path.write_bytes(path.with_name("generator.safetensors").read_bytes()),
    "zeros": raw(lambda: bytes(100_000)),
}
RESUME_ONLY: dict[str, Write] = {
    "NaN in Adam's state": changed(poison_adam),
    "NaN in the discriminator": changed(poisoned(("discriminator.",), NOTHING)),
    "epoch abc": changed(set_to("epoch", "abc")),
    "epoch NaN": changed(set_to("epoch", NOTHING)),
    "epoch a list": changed(set_to("epoch", [1])),
    "epoch -5": changed(set_to("epoch", -5)),
    "without optimizer_states": changed(without("optimizer_states")),
    "one of two optimizers": changed(lambda content: content.update(optimizer_states=content["optimizer_states"][:1])),
    "without rng": changed(without("rng")),
    "without loops": changed(without("loops")),
}


def header(path: Path, change: Header) -> None:
    """Write a generator's file with other metadata and the same tensors."""
    from safetensors import safe_open
    from safetensors.torch import save_file

    with safe_open(path, "pt") as file:
        facts = dict(file.metadata())
        tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (no mapping)
    replaced = change(facts)
    save_file(tensors, path, facts if replaced is None else replaced or None)


def headed(change: Header) -> Write:
    """Writes the generator with other metadata."""
    return lambda path: header(path, change)


def network(key: str, value: Any) -> Write:
    """Writes the generator with another value in its network's settings."""
    return headed(lambda facts: facts.update(generator=json.dumps({**json.loads(facts["generator"]), key: value})))


def paper(hidden: list[int]) -> Write:
    """A few bytes that ask for a network of many gigabytes."""

    def make(path: Path) -> None:
        import torch
        from safetensors.torch import save_file

        config = {
            "_target_": "emogan.networks.paper.PaperGenerator", "latent_dim": 8, "image_size": 16, "channels": 1,
            "hidden": hidden, "norm_eps": 1e-5, "dropout": 0.0,
        }  # fmt: skip
        facts = {"emogan": "0.1.0", "emotion": "raiva", "values": "[-1, 1]", "images_seen": "1"}
        save_file({"x": torch.zeros(1)}, path, {**facts, "generator": json.dumps(config)})

    return make


def filled(value: float) -> Write:
    """Writes the generator with numbers that are none, whatever checksum it carried taken away."""

    def make(path: Path) -> None:
        from safetensors import safe_open
        from safetensors.torch import save_file

        with safe_open(path, "pt") as file:
            known = ("emogan", "emotion", "generator", "values", "images_seen")
            facts = {name: text for name, text in file.metadata().items() if name in known}
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (no mapping)
        for tensor in tensors.values():
            tensor[(0,) * tensor.dim()] = value
        save_file(tensors, path, facts)

    return make


def lengthened(length: int) -> Write:
    """Writes the generator with another length of its header."""
    return lambda path: path.write_bytes(struct.pack("<Q", length) + path.read_bytes()[8:])


GENERATORS: dict[str, Write] = {
    "NaN": filled(NOTHING),
    "infinity": filled(float("inf")),
    "without metadata": headed(lambda facts: {}),
    "without its network": headed(lambda facts: facts.pop("generator") and None),
    "a network that is no JSON": headed(lambda facts: facts.update(generator="{")),
    "a network of null": headed(lambda facts: facts.update(generator="null")),
    "os.system as network": network("_target_", "os.system"),
    "dotted os.system as network": network("_target_", "emogan.networks.style.os.system"),
    "torch.load as network": network("_target_", "torch.load"),
    "a recogniser as network": network("_target_", "emogan.networks.recogniser.Recogniser"),
    "a network in a network": network("extra", {"_target_": "os.system", "command": "touch PWNED"}),
    "huge width": network("width", 1_000_000),
    "negative width": network("width", -1),
    "a word for a width": network("width", "x"),
    "image_size 2^30": network("image_size", 2**30),
    "images_seen a word": headed(lambda facts: facts.update(images_seen="many")),
    "emotion a path": headed(lambda facts: facts.update(emotion="../../x")),
    "hidden of 25,000": paper([25_000, 25_000, 64]),
    "hidden of 60,000": paper([60_000, 60_000, 64]),
    "hidden of 2,000,000 ones": paper([1] * 2_000_000),
    "a header of 2^63": lengthened(2**63),
    "a header of 100 MB": lengthened(100_000_000),
    "a header of 0": lengthened(0),
    "a pickle that runs": raw(lambda: pickle.dumps(Payload())),
    "a checkpoint's zip that runs": raw(lambda: pickled(Payload())),
    "HTML": raw(lambda: b"<html>404</html>"),
    "zeros": raw(lambda: bytes(100_000)),
}
