"""What connects the core to the world: chat platforms, models, the database, workers, tools."""
