"""Mail where no mail server is named: to standard error, where whoever runs the server reads it."""

import sys
from typing import Any

from django.conf import settings
from django.core.mail.backends.console import EmailBackend


class OnStandardError(EmailBackend):
    """``EMAIL_BACKEND`` without ``STANDFIRST_EMAIL``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"stream": sys.stderr, **kwargs})


def stays_here() -> bool:
    """Whether a letter goes to standard error and to nobody's mailbox."""
    return bool(f"{__name__}.{OnStandardError.__name__}" == settings.EMAIL_BACKEND)
