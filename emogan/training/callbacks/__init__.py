"""What a training writes while it runs: grids, curves, progress, checkpoints."""
