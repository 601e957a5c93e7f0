"""What a measurement ran on, for the envelope of its result."""

import platform
from importlib.metadata import PackageNotFoundError, version

from standfirst.evidence.result import Environment


def this_environment(packages: tuple[str, ...] = ("pydantic",)) -> Environment:
    """Interpreter, platform and the versions of the packages that took part; `standfirst` always."""
    found = []
    for package in ("standfirst", *packages):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:  # run from a source tree that is not installed
            found.append((package, "not-installed"))
    return Environment(
        implementation=f"{platform.python_implementation()} {platform.python_version()}",
        platform=f"{platform.system()} {platform.machine()}",
        packages=tuple(found),
    )
