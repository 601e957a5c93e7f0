"""What takes more than a moment says so: one line a step, with a spinner where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.text import Text

from standfirst.cli.output import errors


@contextmanager
def step(doing: str, *, always: bool = False) -> Iterator[None]:
    """Tell on standard error what is being done. Piped, only where ``always`` asks for it."""
    console = errors()
    begun = perf_counter()
    if console.is_terminal:
        with console.status(doing):
            yield
    else:
        yield
    if always or console.is_terminal:
        console.print(Text(f"✓ {doing} ({perf_counter() - begun:.1f} s)", "dim"))
