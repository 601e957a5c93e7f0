"""Pages of the first ten minutes. A view reads, asks the flow, and shows; rules stand in the flows."""

from typing import Any, Final, cast

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.management.organisation import MANAGERS, PERSON
from standfirst.records.change import Refused
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.pages.entry import READING, WRITING, page, within
from standfirst.server.setup import answers, founding, opening
from standfirst.server.setup.answers import Given
from standfirst.server.setup.finishing import finish, manages_alone
from standfirst.server.setup.forms import STEPS, FirstAccountForm, FoundForm
from standfirst.server.setup.founding import Founding
from standfirst.server.setup.markets import markets
from standfirst.server.setup.proposing import ground_of, tailored
from standfirst.server.setup.recalling import recalled
from standfirst.server.setup.reviewing import ReviewForm
from standfirst.server.setup.step import Step
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.words.render import advised

UNREADABLE: Final = 422
"""A form with faults: nothing of it was kept."""

_ROWS: Final = 2
"""Empty rows at the end of those that are filled."""


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # behind login_required


# --- the first account, the first organisation -----------------------------------------------------------------------


@require_http_methods(WRITING)
def opened(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What the link opens that ``standfirst serve`` has printed. Once."""
    opening.require(secret, now=now())
    form = FirstAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = opening.take(
                secret, email=given["email"], name=given["name"], password=given["password1"], now=now()
            )
        except Refused as refused:
            if refused.reason.code == "opening.missing":
                raise
            field = "password1" if refused.reason.code == "account.password" else "email"
            form.add_error(field, advised(refused.reason))
        else:
            return cast("HttpResponseBase", perform_login(request, user, redirect_url=reverse("found")))
    return render(request, "setup/opened.html", {"form": form}, status=_status(form))


@require_http_methods(WRITING)
@login_required
def found(request: HttpRequest) -> HttpResponse:
    """An organisation begins, by the deed of ``standfirst organisation new``."""
    user = _user(request)
    if not founding.may_found() and request.method == "GET":
        return render(request, "setup/founding_closed.html", status=403)
    form = FoundForm(
        founding.types_here(),
        request.POST if request.method == "POST" else None,
        initial={"founder": user.name},
    )
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="found", user=user):
            return cast("HttpResponse", ratelimit.respond_429(request))
        told = form.cleaned_data
        wish = Founding(**{**told, "type": OrganisationType(told["type"])})
        try:
            organisation = founding.found(user, wish)
        except Unusable as unusable:
            for problem in unusable.problems:
                field = {"by": "founder"}.get(problem.field or problem.file, problem.field or problem.file)
                form.add_error(field if field in form.fields else None, advised(problem.reason))
        except Refused as refused:
            taken = refused.reason.code == "organisation.there-already"
            form.add_error("slug" if taken else None, advised(refused.reason))
        else:
            set_up = STATEMENT_OF_APPLICABILITY.name in kinds_of(OrganisationType(organisation.type))
            return redirect("set-up" if set_up else "organisation", organisation.slug)
    return render(request, "setup/found.html", {"form": form}, status=_status(form))


def _status(form: Any) -> int:
    return UNREADABLE if form.is_bound and form.errors else 200


# --- the set-up of an organisation -----------------------------------------------------------------------------------


def _require(place: Place) -> None:
    """Raises Refused where nobody is asked: no such kinds, no such role, or all is recorded."""
    if not answers.is_for(place):
        raise reading.missing()
    roles = place.actor(place.store).roles
    if not answers.may(roles):
        raise Refused(Reason("set-up.role", {"roles": tuple(MANAGERS)}))


@within(*READING)
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """Goes on where somebody stopped."""
    _require(place)
    if answers.done_by(place):
        return redirect("gaps", place.organisation.slug)
    return redirect("set-up-step", place.organisation.slug, answers.given(place, _user(request)).next)


@within(*WRITING)
def step(request: HttpRequest, place: Place, step: str) -> HttpResponse:
    if step not in STEPS:
        raise reading.missing()
    _require(place)
    if done := answers.done_by(place):
        if request.method == "POST":
            raise Refused(Reason("set-up.done", {"record": done}))
        return redirect("gaps", place.organisation.slug)
    given = answers.given(place, _user(request))
    if step == "review" and given.missing:
        messages.info(request, _("This comes first; the review needs it."))
        return redirect("set-up-step", place.organisation.slug, given.missing[0])
    if request.method == "POST":
        return _answered(request, place, step, given)
    return _shown(request, place, step, given, _form(place, step, given))


def _answered(request: HttpRequest, place: Place, step: str, given: Given) -> HttpResponse:
    """Kept, and on to the next, or to another one; of the last, recorded. What is no answer yet is kept as it was typed, where
    somebody goes elsewhere.
    """
    form = _form(place, step, given, request.POST)
    slug, names = place.organisation.slug, list(STEPS)
    to = request.POST.get("to", "")
    if form.is_valid():
        if to not in STEPS or step in given.steps or form.has_changed():
            answers.keep(place.organisation, _user(request), step, form.answered(), now=now())
    elif to in STEPS or "later" in request.POST:
        answers.leave(place.organisation, _user(request), step, _typed(request.POST), now=now())
    else:
        return _shown(request, place, step, given, form)
    if to in STEPS:
        return redirect("set-up-step", slug, to)
    if "more" in request.POST:
        return redirect(f"{reverse('set-up-step', args=[slug, step])}?more=1#more")
    if "later" in request.POST:
        return redirect("organisation", slug)
    if step != "review":
        return redirect("set-up-step", slug, names[names.index(step) + 1])
    _finish(place, answers.given(place, _user(request)))
    messages.success(request, _("It is recorded, as drafts. This is what is missing, first things first."))
    return redirect("gaps", slug)


def _typed(post: QueryDict) -> str:
    kept = post.copy()
    for name in ("csrfmiddlewaretoken", "to", "later"):
        kept.pop(name, None)
    return kept.urlencode()


def _finish(place: Place, given: Given) -> None:
    place.store.perform(
        finish(
            acting=place.actor,
            given=given,
            why=_("Set up by guided questions"),
            today=reading.today(place),
            known=reading.known(place),
            signed=AT_A_DOOR,
        )
    )
    answers.forget(place.organisation)


def _form(place: Place, step: str, given: Given, posted: Any = None) -> Step:
    kept = given.of(step)
    typed = QueryDict(given.typed[step]) if posted is None and step in given.typed else None
    options: dict[str, Any] = {}
    form = STEPS[step]
    initial: dict[str, Any] = dict(kept)
    if hasattr(form, "initial_of"):
        initial = form.initial_of(kept)
    if step == "who":
        initial.setdefault("name", place.organisation.name)
    elif step == "people":
        options["alone"] = manages_alone(place.store.records(kinds=(PERSON.name,)).values(), place.person)
        options["rows"] = _rows(posted or typed, "name", len(kept.get("others", ())))
    elif step == "certificates":
        options["rows"] = _rows(posted or typed, "standard", len(kept.get("certificates", ())))
    elif step == "review":
        options |= {
            "proposals": given.proposals,
            "markets": given.markets,
            "today": reading.today(place),
            "proposed": given.scope(),
        }
        initial.setdefault("scope", given.scope())
    made = form(posted, initial=initial, **options)
    for name, field in made.fields.items() if typed is not None else ():
        made.initial[name] = field.widget.value_from_datadict(typed, {}, name)
    return made


def _rows(posted: Any, field: str, kept: int) -> int:
    """As many as were sent; else those that are filled, and two more."""
    if posted is None:
        return kept + _ROWS
    return sum(name.startswith(f"{field}-") for name in posted)


def _shown(request: HttpRequest, place: Place, step: str, given: Given, form: Step) -> HttpResponse:
    names = list(STEPS)
    index = names.index(step)
    context: dict[str, Any] = {
        "form": form,
        "step": step,
        "number": index + 1,
        "count": len(names),
        "steps": [(name, STEPS[name].title, given.answers(name), name == step) for name in names],
        "before": names[index - 1] if index else "",
        "last": step == names[-1],
    }
    if step == "markets":
        context["markets"] = markets()
    elif step == "certificates":
        context["grounds"] = [ground_of(name) for name in form.standards]  # type: ignore[attr-defined]
    elif step == "review":
        context |= _review(given, cast("ReviewForm", form))
    return page(request, place, f"setup/{step}.html", context, status=_status(form))


def _review(given: Given, form: ReviewForm) -> dict[str, Any]:
    profile = given.profile
    clauses = tailored(profile) if profile else []
    held = [each["standard"] for each in given.of("certificates").get("certificates", ())]
    return {
        "recalled": recalled(given),
        "who": given.of("who"),
        "profile": profile,
        "clauses": clauses,
        "asked": sum(clause.asked for clause in clauses),
        "total": sum(len(clause.requirements) for clause in clauses),
        "left_out": [each for clause in clauses for each in clause.requirements if each.left_out],
        "annex": form.groups(),
        "grounds": [ground_of(name) for name in held],
        "people": given.of("people"),
        "alone": not given.of("people").get("others"),
    }
