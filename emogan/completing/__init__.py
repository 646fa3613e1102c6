"""What is hidden of a face: found, and drawn."""
