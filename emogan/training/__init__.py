"""Trainings: networks that learn, and what happens around them."""
