"""What the page shows of a run beside its cards: pure views over its events."""
