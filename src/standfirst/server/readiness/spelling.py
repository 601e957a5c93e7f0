"""How requirements are spelt in addresses."""

from django.urls import register_converter


class RequirementConverter:
    """Ids of requirements as editions write them: ``A.1.2``, ``8.4``."""

    regex = r"[A-Za-z0-9][A-Za-z0-9.()-]{0,39}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RequirementConverter, "requirement")
