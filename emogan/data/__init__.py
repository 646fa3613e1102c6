"""Face databases: reading, choosing and serving images."""
