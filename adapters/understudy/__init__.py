"""The understudy: it stands in for the model, offline, and says nothing that it was not given."""

from adapters.understudy.model import Understudy

__all__ = ["Understudy"]
