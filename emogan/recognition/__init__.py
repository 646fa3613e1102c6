"""Recognisers of emotions: how they are trained, and where they are remembered."""
