"""Playbooks: what their files may say, and what is wrong with one."""
