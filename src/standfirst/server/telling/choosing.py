"""How somebody wants to be told: which sorts of news, and when by mail. And what the organisation lets leave by mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from standfirst.management.organisation import MANAGERS
from standfirst.server.access import Place, not_a_member
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.pages.entry import WRITING, page, within
from standfirst.server.store.turn import turn
from standfirst.server.telling import letters, managing
from standfirst.server.telling.forms import LetterForm
from standfirst.server.telling.keeping import ways_of
from standfirst.server.telling.models import Choice, Digest
from standfirst.server.telling.sorts import EXPLAINED, NAMES, USUAL, Sort, Way

WAYS: Final = {
    Way.MAIL: gettext_lazy("Inbox and mail"),
    Way.APP: gettext_lazy("Inbox"),
    Way.NONE: gettext_lazy("Not at all"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sort, with how far it goes."""

    sort: Sort
    name: str
    explained: str
    way: Way


@within(*WRITING)
def settings(request: HttpRequest, place: Place) -> HttpResponse:
    """Two forms of one page: ``ways`` and ``letters``, each saved by itself."""
    which = request.POST.get("form", "")
    form = LetterForm(request.POST) if which == "letters" else LetterForm(initial=_letters(request))
    if which == "ways":
        _choose(place, request)
        messages.success(request, _("What you are told is saved."))
        return redirect("inbox-settings", place.organisation.slug)
    if which == "letters" and form.is_valid():
        letters.settle(cast("User", request.user), **form.cleaned_data, at=now())
        messages.success(request, _("When you get mail is saved."))
        return redirect("inbox-settings", place.organisation.slug)
    actor = place.actor(place.store)
    context = {
        "lines": list(_lines(place)),
        "ways": WAYS.items(),
        "form": form,
        "titles": letters.lets_titles_out(place),
        "manages": bool(actor.roles & set(MANAGERS)),
    }
    return page(request, place, "telling/settings.html", context, status=422 if form.errors else 200)


def _lines(place: Place) -> Iterator[Line]:
    chosen = ways_of(place.organisation, [place.person])
    for sort in Sort:
        way = chosen.get((place.person, sort), USUAL[sort])
        yield Line(sort, str(NAMES[sort]), str(EXPLAINED[sort]), way)


def _choose(place: Place, request: HttpRequest) -> None:
    """What the form says; a sort that it does not name, or whose way is none, stays as it is."""
    with turn(), transaction.atomic():
        for sort in Sort:
            way = request.POST.get(f"way.{sort.value}", "")
            if way in set(Way):
                Choice.objects.update_or_create(
                    organisation=place.organisation,
                    person=place.person,
                    sort=sort.value,
                    defaults={"way": way},
                )


def _letters(request: HttpRequest) -> dict[str, object]:
    row = Digest.objects.filter(user=cast("User", request.user)).first() or Digest()
    return {"often": row.often, "weekday": row.weekday, "hour": row.hour, "zone": row.zone}


@within("POST")
def let_titles_out(request: HttpRequest, place: Place) -> HttpResponse:
    """Whether titles leave by mail and calendar: for who manages the system to say."""
    managing.require_manager(place.actor(place.store))
    managing.let_titles_out(place, titles=request.POST.get("titles") == "yes")
    messages.success(request, _("What leaves by mail and calendar is saved."))
    return redirect("inbox-settings", place.organisation.slug)


# --- without signing in ----------------------------------------------------------------------------------------------


@csrf_exempt  # a mail program posts here, with the token as all it has (RFC 8058, 3.2)
@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET only asks, since mail filters follow every link."""
    user = letters.user_of(secret)
    if user is None:
        raise not_a_member()
    if request.method == "POST":
        letters.never(user)
    return render(request, "telling/stop.html", {"stopped": request.method == "POST"})
