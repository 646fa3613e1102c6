import pytest
import torch
from torch import Tensor, nn

from emogan.training.objectives import BinaryCrossEntropy, Hinge, NonSaturating, Objective, Relativistic

REAL, FAKE = torch.randn(2, 7, generator=torch.Generator().manual_seed(0)).unbind()


def test_losses_are_the_papers_on_probabilities() -> None:
    objective = BinaryCrossEntropy(real_target=0.9, fake_target=0.1)
    bce = nn.BCELoss()
    on_real = bce(torch.sigmoid(REAL), torch.full((7,), 0.9))
    on_fake = bce(torch.sigmoid(FAKE), torch.full((7,), 0.1))
    torch.testing.assert_close(objective.discriminator(REAL, FAKE), on_real + on_fake)
    torch.testing.assert_close(objective.generator(FAKE, REAL), bce(torch.sigmoid(FAKE), torch.full((7,), 0.9)))


def test_the_non_saturating_loss_is_log_probabilities() -> None:
    real, fake = REAL.sigmoid(), FAKE.sigmoid()
    torch.testing.assert_close(NonSaturating().discriminator(REAL, FAKE), -(real.log() + (1 - fake).log()).mean())
    torch.testing.assert_close(NonSaturating().generator(FAKE, REAL), -fake.log().mean())


def test_the_hinge_loss_counts_what_is_on_the_wrong_side_of_the_margin() -> None:
    expected = sum(max(0, 1 - r) + max(0, 1 + f) for r, f in zip(REAL.tolist(), FAKE.tolist(), strict=True)) / 7
    assert Hinge().discriminator(REAL, FAKE).item() == pytest.approx(expected, rel=1e-5)
    assert Hinge().generator(FAKE, REAL).item() == pytest.approx(-FAKE.mean().item(), rel=1e-5)


def test_the_relativistic_loss_knows_differences_only() -> None:
    objective = Relativistic()
    expected = -(REAL - FAKE).sigmoid().log().mean()
    torch.testing.assert_close(objective.discriminator(REAL, FAKE), expected)
    torch.testing.assert_close(objective.discriminator(REAL + 3, FAKE + 3), expected)
    torch.testing.assert_close(objective.generator(FAKE, REAL), objective.discriminator(FAKE, REAL))


@pytest.mark.parametrize("objective", [BinaryCrossEntropy(0.9, 0.1), NonSaturating(), Hinge(), Relativistic()])
class TestEvery:
    def test_low_precision_logits_are_reckoned_with_in_full_precision(self, objective: Objective) -> None:
        logits = torch.tensor([12.0, -12.0], dtype=torch.bfloat16)
        loss = objective.generator(logits, logits.flip(0))
        assert loss.dtype == torch.float32
        torch.testing.assert_close(loss, objective.generator(logits.float(), logits.flip(0).float()))

    def test_both_sides_pull_apart(self, objective: Objective) -> None:
        def slope(loss: Tensor, logits: Tensor) -> float:
            return float(torch.autograd.grad(loss, logits)[0].sum())

        real, fake = (torch.zeros(3, requires_grad=True) for _ in range(2))
        assert slope(objective.discriminator(real, fake), real) < 0
        assert slope(objective.discriminator(real, fake), fake) > 0
        assert slope(objective.generator(fake, real), fake) < 0
