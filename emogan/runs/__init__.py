"""The run folder, of which this package is the one owner: what is in it, and which runs there are."""
