"""Where the example packages are: beside a checkout's code, or inside an installed wheel."""

from pathlib import Path

from standfirst.standards.problems import Unusable, problem


def example(name: str) -> Path:
    """Raises Unusable where this installation carries no examples."""
    here = Path(__file__).resolve()
    for folder in (here.parents[3] / "examples" / name, here.parents[1] / "examples" / name):
        if folder.is_dir():
            return folder
    raise Unusable([problem(name, "example.missing")])
