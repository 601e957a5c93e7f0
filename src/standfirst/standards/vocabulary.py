"""The closed word lists that requirements, criteria and records share."""

from enum import StrEnum


class Stage(StrEnum):
    """Life-cycle stage of quantum work; the six follow ISO/IEC/IEEE 15288, grouped by this project."""

    CONCEPT = "concept"
    RESEARCH = "research"
    ENGINEERING = "engineering"
    DEPLOYMENT = "deployment"
    OPERATION = "operation"
    DECOMMISSIONING = "decommissioning"


class Domain(StrEnum):
    COMPUTING = "computing"
    COMMUNICATION = "communication"
    SENSING = "sensing"
    SIMULATION = "simulation"


class Goal(StrEnum):
    """The four goals of the founding paper (Aboy, Gasser, Cohen, Kop, Science 389, 2025)."""

    SECURITY = "security"
    INTEROPERABILITY = "interoperability"
    TRANSPARENCY = "transparency"
    ACCOUNTABILITY = "accountability"


class Aspect(StrEnum):
    TECHNICAL = "technical"
    LEGAL = "legal"
    ETHICAL = "ethical"
    SOCIAL = "social"


class Relation(StrEnum):
    """How a requirement stands to another document. ``supports`` a law never means that it satisfies it."""

    SUPPORTS = "supports"
    IS_SUPPORTED_BY = "is-supported-by"
    INTERSECTS_WITH = "intersects-with"
    EQUIVALENT_TO = "equivalent-to"
    EXAMPLE_OF = "example-of"
    ANALOGUE_OF = "analogue-of"


class Confidence(StrEnum):
    """How sure we are of a stated fact about another document."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNCONFIRMED = "unconfirmed"


class Assurance(StrEnum):
    """How strongly a signature is bound to its signer, weakest first."""

    DECLARED = "declared"
    KEY = "key"
    REAUTHENTICATED = "reauthenticated"
    PASSKEY = "passkey"

    @property
    def rank(self) -> int:
        return tuple(Assurance).index(self)


class Verdict(StrEnum):
    """What a measurement's decision rule says (JCGM 106; ILAC-G8 for the guarded form)."""

    CONFORM = "conform"
    CONFORM_GUARDED = "conform-guarded"
    INDETERMINATE = "indeterminate"
    NONCONFORM = "nonconform"
    NOT_MEASURABLE = "not-measurable"
