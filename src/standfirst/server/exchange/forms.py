"""What visitors declare, and to whom an envelope goes."""

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter, ValidationError

from standfirst.management.parties import Address
from standfirst.management.sharing import VISIT_HOURS
from standfirst.server.exchange.visiting import Declared

_CODE: Final = re.compile(r"[A-Z]{2}\Z")
_ADDRESS: Final = TypeAdapter(Address)


class Countries(forms.CharField):
    """Codes with spaces or commas between, such as DE FR."""

    def clean(self, value: Any) -> Any:
        codes = tuple(dict.fromkeys(re.split(r"[\s,;]+", str(super().clean(value)).upper().strip())))
        if wrong := [code for code in codes if not _CODE.match(code)]:
            raise forms.ValidationError(
                _("A country is given by two letters, such as DE; not %(given)s."), params={"given": wrong[0]}
            )
        return codes


class VisitForm(forms.Form):
    nationalities = Countries(
        label=_("Your nationalities"),
        max_length=60,
        help_text=_(
            "All of them, by their codes of two letters (ISO 3166), such as DE FR. XX if you have none."
        ),
    )
    place = Countries(
        label=_("Where you are"),
        max_length=2,
        help_text=_("The country from which you read, by its code, such as NL."),
    )
    site = forms.ChoiceField(
        label=_("Site"), required=False, help_text=_("If you are at one of the sites that the grant names.")
    )
    hours = forms.IntegerField(
        label=_("For how many hours"),
        min_value=1,
        max_value=VISIT_HOURS,
        initial=1,
        help_text=format_lazy(_("At most {hours}. You may come again."), hours=VISIT_HOURS),
    )

    def __init__(self, sites: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", _("At none of them")), *((site, site) for site in sites)]  # type: ignore[attr-defined]
        if not sites:
            del self.fields["site"]

    def declared(self, name: str) -> Declared:
        said = self.cleaned_data
        return Declared(
            name=name,
            nationalities=said["nationalities"],
            place=said["place"][0],
            site=said.get("site") or None,
            hours=said["hours"],
        )


class SendForm(forms.Form):
    to = forms.CharField(
        label=_("To"),
        max_length=400,
        help_text=_(
            "The id of an organisation on this installation, or the https address of one on another; "
            "both stand on its page of envelopes."
        ),
    )
    name = forms.CharField(
        label=_("Its name"),
        max_length=200,
        required=False,
        help_text=_("Needed for one on another installation."),
    )
    purpose = forms.CharField(label=_("What for"), max_length=1000)

    def clean_to(self) -> str:
        text = str(self.cleaned_data["to"]).strip()
        try:
            return str(UUID(text))
        except ValueError:
            pass
        try:
            return _ADDRESS.validate_python(text)
        except ValidationError:
            raise forms.ValidationError(_("This is neither an id nor an https address.")) from None

    def clean(self) -> None:
        super().clean()
        if "://" in self.cleaned_data.get("to", "") and not self.cleaned_data.get("name"):
            self.add_error("name", _("Say what it is called."))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("As the sender downloaded it; it ends with .json, or with .zip if it has files."),
    )


class AnswerForm(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=4000, help_text=_("Kept with the envelope."))
