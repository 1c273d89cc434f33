"""What the page shows: pure functions of runs, events and playbooks, and no element."""
