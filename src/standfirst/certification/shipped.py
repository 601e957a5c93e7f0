"""The data that travel with this room."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def content() -> Traversable:
    return files("standfirst.certification") / "content"
