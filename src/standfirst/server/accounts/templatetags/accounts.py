"""What the templates of sign-in ask that allauth's views do not tell them."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def signup_open(context: dict[str, Any]) -> bool:
    """Whether this visitor may create an account."""
    return bool(get_adapter().is_open_for_signup(context["request"]))
