"""``python -m emogan VERB key=value``; the command ``emogan`` is the same."""

from emogan.cli.start import main

if __name__ == "__main__":
    main()
