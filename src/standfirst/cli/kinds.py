"""Every kind that a package may hold: an organisation's own, and those of the bodies that certify and accredit."""

from typing import Final

from standfirst.certification.kinds import CERTIFICATION_KINDS
from standfirst.management.kinds import OWN_KINDS
from standfirst.records.kind import Kinds

KINDS: Final = Kinds((*OWN_KINDS, *CERTIFICATION_KINDS))
