"""Golden files of this room's kinds; as ``tests.management.golden``, in a folder of their own.

``python -m tests.certification.golden`` writes the file of a schema number that has none yet.
"""

import sys
from pathlib import Path

from tests.management.golden import write_new

from standfirst.certification.kinds import CERTIFICATION_KINDS

FOLDER = Path(__file__).parent.parent / "golden" / "certification-kinds"

if __name__ == "__main__":
    for new in write_new(iter(CERTIFICATION_KINDS), FOLDER):
        sys.stdout.write(f"{new.name}\n")
