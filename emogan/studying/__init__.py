"""Studies: what drawn faces, and other remedies, do for recognisers that learn from an unbalanced database."""
