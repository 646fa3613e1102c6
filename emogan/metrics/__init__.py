"""Measures of generated faces: pure functions of tensors, with no Lightning and no Hydra in them."""
