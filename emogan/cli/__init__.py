"""From a command line to a verb, and from an error to a sentence."""
