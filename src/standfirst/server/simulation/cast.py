"""Who of the played people has an account in the demonstration, and where they sign in as whom."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Part:
    """``role`` says in a few words what they come for; ``organisation`` is the name in addresses."""

    role: str
    handle: str
    organisation: str
    email: str
    name: str


COMPANY: Final = "brightwell"
CERTIFIER: Final = "quillhaven"
ACCREDITOR: Final = "thornmere"
COMMITTEE: Final = "northmarch"

QUALITY_MANAGER: Final = Part(
    "quality manager", "dervla", COMPANY, "dervla@brightwell.example", "Dervla Quinlan-Moss"
)
ENGINEER: Final = Part("engineer", "ivo", COMPANY, "ivo@brightwell.example", "Ivo Lantos")
DIRECTOR: Final = Part("managing director", "maren", COMPANY, "maren@brightwell.example", "Maren Oakshott")
AUDITOR: Final = Part(
    "auditor, with a grant to read", "oriane", CERTIFIER, "oriane@quillhaven.example", "Oriane Vask"
)
CERTIFIERS_HEAD: Final = Part(
    "head of the certification body", "ysolde", CERTIFIER, "ysolde@quillhaven.example", "Ysolde Karrenbrook"
)
ASSESSOR: Final = Part(
    "accreditation assessor", "rurik", ACCREDITOR, "rurik@thornmere.example", "Rurik Dahlby"
)
ACCREDITORS_HEAD: Final = Part(
    "head of the accreditation body", "maud", ACCREDITOR, "maud@thornmere.example", "Maud Eskeland"
)
SECRETARY: Final = Part(
    "standards secretary", "wilhelm", COMMITTEE, "wilhelm@northmarch.example", "Wilhelm Osterhout"
)

CAST: Final = (
    QUALITY_MANAGER,
    ENGINEER,
    DIRECTOR,
    AUDITOR,
    CERTIFIERS_HEAD,
    ASSESSOR,
    ACCREDITORS_HEAD,
    SECRETARY,
)
