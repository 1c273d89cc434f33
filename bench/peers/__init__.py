"""The durable graph on other engines, each written as a skilled user of it would."""
