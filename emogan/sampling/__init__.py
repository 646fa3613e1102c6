"""Faces from a trained generator."""
