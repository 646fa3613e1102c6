"""A database with as many faces of each emotion as a person wants: its own, and generated ones that pass a sieve."""
