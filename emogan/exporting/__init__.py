"""Networks and faces for other programs."""
