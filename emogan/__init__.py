"""emogan: faces with an emotion from small generative adversarial networks."""

from importlib.metadata import version

__version__ = version("emogan")
