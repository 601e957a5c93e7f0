"""What the templates of sign-in ask that allauth's views do not tell them."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import template

from standfirst.server.accounts.letters import stays_here

register = template.Library()

_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
"""Both in the order in which they tell: Edge also says Chrome, and Chrome says Safari."""


@register.simple_tag(takes_context=True)
def signup_open(context: dict[str, Any]) -> bool:
    """Whether this visitor may create an account."""
    return bool(get_adapter().is_open_for_signup(context["request"]))


@register.simple_tag
def mail_stays_here() -> bool:
    """Whether nobody gets a letter but who reads the server's standard error."""
    return stays_here()


@register.filter
def browser(user_agent: str) -> str:
    """Which browser on what, as far as it says; else what it says."""
    program = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return (
        " on ".join(part for part in (program, system) if part) or user_agent or "A browser that says nothing"
    )
