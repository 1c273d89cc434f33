"""Podium's core: decisions about playbooks and runs, and the ports they need."""
