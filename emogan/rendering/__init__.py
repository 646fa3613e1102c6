"""Synthetic faces: identity, expression, scene."""
