"""What a person sees: a file for each page, its HTML in ``templates/``."""
