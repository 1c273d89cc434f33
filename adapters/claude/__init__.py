"""Claude as the core's Model. `names` is light; importing `model` loads the SDK, over a second."""
