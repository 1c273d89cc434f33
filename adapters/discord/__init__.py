"""Podium in Discord, on discord.py."""
