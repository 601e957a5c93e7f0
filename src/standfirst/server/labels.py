"""How a record is named in an address: by its number, or by its id."""

from django.urls import register_converter


class RecordLabel:
    """A path converter. ``RSK-0012`` is what people read, an id what programs keep."""

    regex = r"[A-Z]{2,4}-[0-9]{4,8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


CONVERTER = "record"
register_converter(RecordLabel, CONVERTER)
