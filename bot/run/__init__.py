"""One run: commands, events, and the pure functions between them."""
