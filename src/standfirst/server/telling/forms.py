"""What people fill in to say how they want to be told."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from standfirst.records.change import Refused
from standfirst.server.telling.events import EXPLAINED, Event
from standfirst.server.telling.models import NAME_LENGTH
from standfirst.server.telling.posting import LONGEST, target_of
from standfirst.words.render import advised

OFTEN = {"daily": _("Every day"), "weekly": _("Once a week"), "never": _("Never")}
WEEKDAYS = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}


format_html_lazy = lazy(format_html, str)


def _zones() -> list[tuple[str, str]]:
    """Those with a place in them, and UTC."""
    named = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "System"))
    )
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *named)]


class LetterForm(forms.Form):
    often = forms.ChoiceField(label=_("How often"), choices=list(OFTEN.items()))
    weekday = forms.TypedChoiceField(label=_("On"), choices=list(WEEKDAYS.items()), coerce=int)
    hour = forms.TypedChoiceField(
        label=_("At"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(_zones, list))


class FeedForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("Where you will use it, such as “Calendar on my phone”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    whose = forms.ChoiceField(
        label=_("What it shows"),
        choices=[("mine", _("What I have to do")), ("all", _("What is due in the whole organisation"))],
        widget=forms.RadioSelect,
        initial="mine",
    )


class EndpointForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH, help_text=_("What receives it, such as “Ticket system”.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        help_text=_("Begins with https:// and can be reached from the internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[
            (
                event.value,
                format_html_lazy('<span>{} <span class="code soft">{}</span></span>', text, event.value),
            )
            for event, text in EXPLAINED.items()
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        try:
            target_of(url)
        except Refused as refused:
            raise forms.ValidationError(advised(refused.reason)) from refused
        return url

    def asked(self) -> dict[str, Any]:
        """What ``managing`` asks."""
        return {**self.cleaned_data, "events": [Event(each) for each in self.cleaned_data["events"]]}
