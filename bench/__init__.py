"""How fast, how small and how safe Podium is, measured beside its peers."""
