import torch

from emogan.finding.variations import spoil


def test_each_crop_is_spoiled_in_its_own_way_and_still_shows_what_it_showed() -> None:
    line = torch.linspace(0.2, 0.8, 96)
    crop = (line[None, :] * 0.5 + line[:, None] * 0.5).view(1, 1, 96, 96)
    spoiled = spoil(crop.repeat(64, 1, 1, 1), torch.Generator().manual_seed(0))
    again = spoil(crop.repeat(64, 1, 1, 1), torch.Generator().manual_seed(0))
    assert spoiled.shape == (64, 1, 96, 96) and torch.equal(spoiled, again)
    assert torch.isfinite(spoiled).all() and spoiled.min() > -0.5 and spoiled.max() < 3
    alike = [torch.corrcoef(torch.stack([one.flatten(), crop.flatten()]))[0, 1] for one in spoiled]
    assert torch.stack(alike).median() > 0.8
    assert len({float(one.mean()) for one in spoiled}) == 64
