"""How faces are named: accuracy, recall of each emotion, confusion matrix."""

import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_confusion_matrix

from emogan.core.emotions import EMOTIONS


def confusion(shown: Tensor, named: Tensor) -> Tensor:
    """Counts (6, 6) of emotions shown (rows) and named (columns), both (n,) from 0."""
    return multiclass_confusion_matrix(named, shown, num_classes=len(EMOTIONS))


def accuracy(counts: Tensor) -> float:
    """Share named rightly of a confusion matrix, every emotion that is shown weighing the same."""
    recalls = recall(counts)
    return recalls[~recalls.isnan()].mean().item()


def recall(counts: Tensor) -> Tensor:
    """Share named rightly of each emotion (6,); NaN where it is not shown."""
    return counts.diagonal() / torch.where(counts.sum(dim=1) > 0, counts.sum(dim=1), torch.nan)
