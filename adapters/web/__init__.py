"""The page: Podium's own chat, with channels, threads and forms in a browser."""
