"""Settings: composing them, checking them, comparing two of them."""
