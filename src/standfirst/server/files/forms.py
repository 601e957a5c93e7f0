"""What whoever uploads says of the files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from standfirst.server.files.keeping import About


class AboutForm(forms.Form):
    evidence_from = forms.DateField(
        required=False,
        label=_("Evidence from"),
        help_text=_("The first day that it speaks of; not the day of the upload."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    evidence_until = forms.DateField(
        required=False,
        label=_("Evidence until"),
        help_text=_("The first day that it does not speak of any more."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    origin = forms.CharField(
        required=False,
        max_length=500,
        label=_("Origin"),
        help_text=_("Where it comes from: a system, a place."),
    )
    collector = forms.CharField(
        required=False, max_length=200, label=_("Collector"), help_text=_("Who or what collected it.")
    )

    def clean(self) -> None:
        super().clean()
        first, end = self.cleaned_data.get("evidence_from"), self.cleaned_data.get("evidence_until")
        if first and end and end <= first:
            self.add_error("evidence_until", _("The period ends before it begins."))

    def about(self) -> About:
        return About(**self.cleaned_data)
