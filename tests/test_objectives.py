import torch
from torch import nn

from emogan.objectives import BinaryCrossEntropy


def test_losses_are_the_papers_on_probabilities() -> None:
    real, fake = torch.randn(7, generator=torch.manual_seed(0)), torch.randn(7)
    objective = BinaryCrossEntropy(real_target=0.9, fake_target=0.1)
    bce = nn.BCELoss()
    on_real = bce(torch.sigmoid(real), torch.full((7,), 0.9))
    on_fake = bce(torch.sigmoid(fake), torch.full((7,), 0.1))
    torch.testing.assert_close(objective.discriminator(real, fake), on_real + on_fake)
    torch.testing.assert_close(objective.generator(fake), bce(torch.sigmoid(fake), torch.full((7,), 0.9)))


def test_losses_of_low_precision_logits_are_computed_in_full_precision() -> None:
    logits = torch.tensor([12.0, -12.0], dtype=torch.bfloat16)
    loss = BinaryCrossEntropy(0.9, 0.1).generator(logits)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, BinaryCrossEntropy(0.9, 0.1).generator(logits.float()))
