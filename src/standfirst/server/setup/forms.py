"""What the set-up asks, a form a step. What is left empty where something has to stand is a fault beside its field."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.management.organisation import MANAGERS
from standfirst.server.accounts.models import EMAIL_LENGTH, NAME_LENGTH
from standfirst.server.organisations import OrganisationType
from standfirst.server.organising import SLUG_LENGTH
from standfirst.server.setup.markets import MARKETS
from standfirst.server.setup.proposing import STANDARDS
from standfirst.server.setup.reviewing import ReviewForm
from standfirst.server.setup.step import LONG, Card, Cards, Lines, Step
from standfirst.server.setup.telling import (
    DOMAINS,
    DUTIES,
    KINDS,
    PLACES,
    STAGES,
    TIERS,
    Told,
    choices,
)

PEOPLE: Final = 12
"""Others that can be named at once; more are recorded later."""
CERTIFICATES: Final = 8


# --- before there is an organisation ---------------------------------------------------------------------------------


class FirstAccountForm(forms.Form):
    """The account of whoever runs the installation."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("As pages and letters show it."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=EMAIL_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("You sign in with it."),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters, such as four words that do not belong together."),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "password1" in cleaned and "password2" in cleaned and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", _("The two passwords differ."))
        return cleaned


class FoundForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=NAME_LENGTH)
    type = forms.ChoiceField(label=gettext_lazy("What is it?"), widget=Card)
    founder = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("As your person record and your signatures show it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    slug = forms.CharField(
        label=gettext_lazy("Its name in addresses"),
        max_length=SLUG_LENGTH,
        required=False,
        help_text=gettext_lazy(
            "Such as acme-quantum: small letters, digits and hyphens. Empty: made from the name."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
    )
    handle = forms.CharField(
        label=gettext_lazy("Your short name"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Such as ada: by it records name who answers for something. Empty: made from your name."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
    )
    fictional = forms.BooleanField(
        label=gettext_lazy("This organisation is invented, to try things out"),
        required=False,
        help_text=gettext_lazy("Every page, report and result then says so, for good."),
    )

    def __init__(self, types: Sequence[OrganisationType], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = choices(KINDS, [each.value for each in types])
        self.fields["type"].choices = told  # type: ignore[attr-defined]
        self.fields["type"].initial = told[0][0] if told else None


# --- the steps -------------------------------------------------------------------------------------------------------


class WhoForm(Step):
    title = gettext_lazy("Who you are")
    why = gettext_lazy(
        "Everything else follows from it: what is asked of you, what your scope says, and what an auditor reads first."
    )
    name = forms.CharField(label=gettext_lazy("Legal name"), max_length=NAME_LENGTH)
    country = forms.CharField(
        label=gettext_lazy("Country of its seat"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "country-name"}),
    )
    description = forms.CharField(
        label=gettext_lazy("What does it make or do?"),
        max_length=LONG,
        help_text=gettext_lazy("Two sentences, as you would tell a visitor."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Its places in the value chain"), choices=choices(PLACES), widget=Cards
    )
    sites = Lines(
        label=gettext_lazy("Where it works"),
        max_length=200,
        help_text=gettext_lazy("One site a line, such as Delft, NL."),
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("How many people work there?"),
        min_value=1,
        max_value=10_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Audit time is reckoned from it."),
    )


class PeopleForm(Step):
    title = gettext_lazy("People")
    needed = False
    why = gettext_lazy(
        "Whoever wrote something cannot approve it alone. With a second person on record, the first approvals can be given. "
        "You invite them afterwards, when their records stand."
    )
    own = forms.MultipleChoiceField(
        label=gettext_lazy("What do you answer for yourself?"), choices=choices(DUTIES), widget=Cards
    )

    def __init__(self, *args: Any, rows: int = 2, alone: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["own"]  # beside another who manages, nobody changes their own roles
        self.rows = min(rows, PEOPLE)
        for number in range(self.rows):
            self.fields[f"name-{number}"] = forms.CharField(
                label=_("Name"), max_length=NAME_LENGTH, required=False
            )
            self.fields[f"roles-{number}"] = forms.MultipleChoiceField(
                label=_("Answers for"), choices=choices(DUTIES), widget=Cards, required=False
            )

    def others(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"name-{number}"], self[f"roles-{number}"]) for number in range(self.rows)]

    def clean_own(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["own"]
        if not {str(each) for each in MANAGERS} & set(chosen):
            raise forms.ValidationError(
                _("Somebody has to manage. You begin it, so stay top management or quality manager for now.")
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number in range(self.rows):
            if cleaned.get(f"roles-{number}") and not cleaned.get(f"name-{number}"):
                self.add_error(f"name-{number}", _("Whose duties are these?"))
        return cleaned

    def answered(self) -> dict[str, Any]:
        told = self.cleaned_data
        others = [
            {"name": told[f"name-{number}"], "roles": told[f"roles-{number}"]}
            for number in range(self.rows)
            if told.get(f"name-{number}")
        ]
        return {**({"own": told["own"]} if "own" in told else {}), "others": others}

    @staticmethod
    def initial_of(answered: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"own": answered.get("own", [str(each) for each in MANAGERS])}
        for number, other in enumerate(answered.get("others", ())):
            told |= {f"name-{number}": other["name"], f"roles-{number}": other["roles"]}
        return told


class DomainsForm(Step):
    title = gettext_lazy("Domains")
    why = gettext_lazy(
        "A requirement on key distribution is no business of somebody who builds a magnetometer. Of what lies outside your "
        "domains nothing is asked."
    )
    domains = forms.MultipleChoiceField(
        label=gettext_lazy("In which quantum domains do you work?"), choices=choices(DOMAINS), widget=Cards
    )


class StagesForm(Step):
    title = gettext_lazy("Stages and effects")
    why = gettext_lazy(
        "Who only does research is asked less than who runs a service. And the more can go wrong for others, the more is "
        "asked: choose the tier of the furthest-reaching thing that you do."
    )
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("In which stages of its life do you work on it?"),
        choices=choices(STAGES),
        widget=Cards,
    )
    tier = forms.TypedChoiceField(
        label=gettext_lazy("How far could its effects reach?"),
        choices=choices(TIERS),
        widget=Card,
        coerce=int,
    )


class MarketsForm(Step):
    title = gettext_lazy("Markets")
    needed = False
    why = gettext_lazy(
        "Each jurisdiction has laws and dates of its own. Choose where you are, sell or deliver: the dated duties on cryptography "
        "that this release knows there go into your register of obligations, to be looked at. Other laws are named below, for "
        "you to add. It never says that you fulfil a law."
    )
    markets = forms.MultipleChoiceField(
        label=gettext_lazy("Where do you work, sell or deliver?"),
        choices=[(name, Told(title)) for name, title in MARKETS.items()],
        widget=Cards,
        required=False,
    )


class CertificatesForm(Step):
    title = gettext_lazy("Certificates you hold")
    needed = False
    why = gettext_lazy(
        "What you keep for another standard often serves here too. It supports requirements and never fulfils one: each is "
        "still shown by a record of yours."
    )

    def __init__(self, *args: Any, rows: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = min(rows, CERTIFICATES)
        for number in range(self.rows):
            self.fields[f"standard-{number}"] = forms.CharField(
                label=_("Standard"),
                max_length=100,
                required=False,
                widget=forms.TextInput(attrs={"list": "standards", "autocomplete": "off"}),
            )
            self.fields[f"body-{number}"] = forms.CharField(
                label=_("Issued by"), max_length=200, required=False
            )
            self.fields[f"until-{number}"] = forms.DateField(
                label=_("Valid until"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                input_formats=["%Y-%m-%d"],
            )

    def held(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (self[f"standard-{number}"], self[f"body-{number}"], self[f"until-{number}"])
            for number in range(self.rows)
        ]

    @property
    def standards(self) -> Sequence[str]:
        return tuple(STANDARDS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number in range(self.rows):
            given = {name for name in ("standard", "body", "until") if cleaned.get(f"{name}-{number}")}
            if given and len(given) < 3:
                for name in {"standard", "body", "until"} - given:
                    if f"{name}-{number}" not in self.errors:
                        self.add_error(f"{name}-{number}", _("A certificate has all three."))
        return cleaned

    def answered(self) -> dict[str, Any]:
        told = self.cleaned_data
        held = [
            {
                "standard": told[f"standard-{number}"],
                "body": told[f"body-{number}"],
                "valid_until": told[f"until-{number}"].isoformat(),
            }
            for number in range(self.rows)
            if told.get(f"standard-{number}")
        ]
        return {"certificates": held}

    @staticmethod
    def initial_of(answered: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for number, each in enumerate(answered.get("certificates", ())):
            told |= {
                f"standard-{number}": each["standard"],
                f"body-{number}": each["body"],
                f"until-{number}": each["valid_until"],
            }
        return told


STEPS: Final[Mapping[str, type[Step]]] = {
    "who": WhoForm,
    "people": PeopleForm,
    "domains": DomainsForm,
    "stages": StagesForm,
    "markets": MarketsForm,
    "certificates": CertificatesForm,
    "review": ReviewForm,
}
"""In the order in which they are asked."""
