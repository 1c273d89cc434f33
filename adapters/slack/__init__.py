"""Slack as a platform: `parse` and `render` are pure, `chat` posts, `app` listens."""
