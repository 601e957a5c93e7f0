"""A post office that begins anew with every test."""

import pytest
from django.core import mail


@pytest.fixture(autouse=True)
def _empty_post_office() -> None:
    mail.outbox = []
