import torch

from emogan.completing.textures import textures_of
from emogan.networks.completer import TEXELS
from tests.translating.made import pairs


def test_textures_explain_what_pictures_show_where_they_lie() -> None:
    found = textures_of(pairs(3, people=6), ways=3)
    assert found.shape == (4, TEXELS, TEXELS)
    assert float(found[1:].flatten(1).square().sum(1).diff().max()) <= 1e-3  # the first way is the widest
    inner = slice(TEXELS // 3, -TEXELS // 3)
    rows = found[1:, inner, inner].flatten(1)
    cosines = torch.nn.functional.normalize(rows) @ torch.nn.functional.normalize(rows).T
    assert float((cosines - torch.eye(3)).abs().max()) < 0.7
    assert torch.equal(found, textures_of(pairs(3, people=6), ways=3))
