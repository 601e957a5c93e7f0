"""A calibration record from any file form we read; the form is recognised by its first character."""

from datetime import datetime

from standfirst.evidence.calibration.csv_form import read_csv
from standfirst.evidence.calibration.ibm_properties import read_ibm
from standfirst.evidence.calibration.record import CalibrationRecord
from standfirst.evidence.source import Source

_BLANKS = b"\xef\xbb\xbf \t\r\n"


def read_calibration(
    source: Source, *, device: str | None = None, snapshot: datetime | None = None
) -> CalibrationRecord:
    """The record of one device at one snapshot (default: the only device, the latest snapshot).

    Raises Unusable with every problem found; nothing else, whatever the bytes are.
    """
    read = read_ibm if source.data[:1024].lstrip(_BLANKS)[:1] in {b"{", b"["} else read_csv
    return read(source, device=device, snapshot=snapshot)
