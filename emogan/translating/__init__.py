"""Faces with another expression: what moves, what is drawn, and back into the photograph."""
