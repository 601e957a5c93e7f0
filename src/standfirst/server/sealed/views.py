"""Pages of speak-up: two for anybody, which look at no cookie and set none, and two for those who receive cases."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.server.access import Place, not_a_member, place_of
from standfirst.server.clock import now
from standfirst.server.notices import of_organisation
from standfirst.server.refusals import told
from standfirst.server.sealed import cases
from standfirst.server.sealed.forms import CodeForm, ConcernedForm, MessageForm, ReportForm
from standfirst.server.sealed.limits import Turnstile
from standfirst.server.sealed.people import RECIPIENTS
from standfirst.server.store.models import Organisation
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason

REPORTS: Final = Turnstile(10, timedelta(hours=1))
CODES: Final = Turnstile(20, timedelta(hours=1))

View = Callable[..., HttpResponse]


# --- for anybody -----------------------------------------------------------------------------------------------------


def unseen(view: View) -> View:
    """For pages that know nobody: no referrer goes out, a form needs no cookie, and no line in our log has its time.

    Without the cookie of Django's guard against forged requests: whoever forges one says what they could say themselves.
    """

    @csrf_exempt
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, organisation: str) -> HttpResponse:
        response = view(request, organisation)
        response.headers["Referrer-Policy"] = "no-referrer"
        # Django would log a code that opens nothing, or a message that is too long, as a warning. Faults of ours still are.
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
        return response

    guarded.looks_at_no_cookie = True  # type: ignore[attr-defined]  # told to ``accounts.language``
    return guarded


@unseen
@sensitive_variables()
def report(request: HttpRequest, organisation: str) -> HttpResponse:
    """The answer to the form shows the code, once: it is on no other page and at no address."""
    whose = _anybodys(organisation)
    store = open_store(whose)
    form = ReportForm(request.POST or None)
    bare = _bare(whose)
    context: dict[str, Any] = {**bare, "form": form, "open": cases.is_open_to(store)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "sealed/report.html", context, status=422 if form.errors else 200)
    at = now()
    try:
        REPORTS.admit(_address(request), at)
        code = cases.open_case(whose, store, **form.cleaned_data, today=at.date())
    except Refused as no:
        return render(request, "sealed/report.html", {**context, "no": told(no.reason)}, status=_status(no))
    return render(request, "sealed/receipt.html", {**bare, "code": code}, status=201)


@unseen
@sensitive_variables()
def follow_up(request: HttpRequest, organisation: str) -> HttpResponse:
    """The code is posted with every request, so that no address, history or cookie holds it."""
    whose = _anybodys(organisation)
    form = CodeForm(request.POST or None)
    context: dict[str, Any] = {**_bare(whose), "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "sealed/follow_up.html", context)
    code, at = form.cleaned_data["code"], now()
    message = MessageForm(request.POST if "text" in request.POST else None)
    try:
        CODES.admit(_address(request), at)
        if message.is_valid():
            cases.add(whose, open_store(whose), code, **message.cleaned_data, today=at.date())
            message = MessageForm()
        read = cases.read_case(whose, code)
    except Refused as no:
        return render(
            request, "sealed/follow_up.html", {**context, "no": told(no.reason)}, status=_status(no)
        )
    more = {"read": read, "code": code, "form": message}
    return render(request, "sealed/case_of_reporter.html", {**context, **more})


def _anybodys(slug: str) -> Organisation:
    """That there is an organisation to speak up to is no secret: it should be as public as can be."""
    found = Organisation.objects.select_related("head").filter(slug=slug).first()
    if found is None:
        raise not_a_member()
    return found


def _bare(whose: Organisation) -> dict[str, Any]:
    """What each page for anybody names."""
    return {"organisation": whose, "notices": of_organisation(whose)}


def _address(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _status(no: Refused) -> int:
    return {"speak-up.too-often": 429, "speak-up.unknown-code": 404}.get(no.reason.code, 422)


# --- for those who receive cases -------------------------------------------------------------------------------------


@require_safe
def received(request: HttpRequest, organisation: str) -> HttpResponse:
    place, actor = _recipient(request, organisation)
    listed = cases.cases_for(place.organisation, place.store, actor)
    return render(request, "sealed/received.html", {"organisation": place.organisation, "cases": listed})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, organisation: str, case: UUID) -> HttpResponse:
    place, actor = _recipient(request, organisation)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cases.answer(place.organisation, place.store, actor, case, **form.cleaned_data, today=now().date())
        messages.success(request, _("The answer waits for the reporter."))
        return redirect("speak-up-case", organisation=organisation, case=case)
    read = cases.read_for(place.organisation, place.store, actor, case)
    context = {"organisation": place.organisation, "read": read, "form": form, "concerned": ConcernedForm()}
    return render(request, "sealed/case_of_recipient.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_POST
def concerned(request: HttpRequest, organisation: str, case: UUID) -> HttpResponse:
    place, actor = _recipient(request, organisation)
    form = ConcernedForm(request.POST)
    names = form.cleaned_data["names"] if form.is_valid() else ""
    added = cases.add_concerned(place.organisation, place.store, actor, case, names=names)
    said = ngettext(
        "%(count)s more person sees it no longer.", "%(count)s more people see it no longer.", added
    )
    messages.success(request, said % {"count": added})
    return redirect("speak-up-cases", organisation=organisation)  # it may be oneself


def _recipient(request: HttpRequest, organisation: str) -> tuple[Place, Actor]:
    """Raises Refused: no member, or one without the task."""
    place = place_of(request, organisation)
    actor = place.actor(place.store)
    if not actor.roles & RECIPIENTS:
        raise Refused(Reason("speak-up.not-a-recipient", {"roles": tuple(sorted(RECIPIENTS))}))
    return place, actor
