import subprocess
import sys
from pathlib import Path

import pytest
import torch

from emogan.core.errors import UserError
from emogan.metrics.inception import InceptionFeatures


def test_without_the_package_the_error_says_what_to_install() -> None:
    code = "import sys; sys.modules['torch_fidelity'] = None\n"
    code += "from emogan.metrics.inception import InceptionFeatures\n"
    code += "try:\n    InceptionFeatures(None)\nexcept Exception as error:\n    print(type(error).__name__, error)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert 'UserError This needs the package "torch-fidelity"' in done.stdout
    assert 'pip install "emogan[inception]"' in done.stdout


def test_weights_that_are_not_there_or_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"feature\.weights=.*w\.pth does not exist"):
        InceptionFeatures(str(tmp_path / "w.pth"))
    (tmp_path / "w.pth").write_bytes(b"nothing")
    with pytest.raises(UserError, match="Inception's weights cannot be read from"):
        InceptionFeatures(str(tmp_path / "w.pth"))


def test_grey_faces_become_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With weights of the right shapes: the real ones cannot be downloaded here."""
    from torch_fidelity import feature_extractor_inceptionv3 as module

    monkeypatch.setattr(module.FeatureExtractorInceptionV3, "load_state_dict", lambda self, state: None)
    torch.save({}, tmp_path / "weights.pth")
    network = InceptionFeatures(str(tmp_path / "weights.pth"))
    features = network(torch.rand(2, 1, 32, 32))
    assert features.shape == (2, 2048)
    assert not torch.equal(features[0], features[1])
