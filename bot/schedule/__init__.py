"""Schedules: when a playbook starts by itself, and what to do about each such time. Pure."""
