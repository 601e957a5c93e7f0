"""Pages of accounts. A view reads, asks the flow, and shows; rules stand in the flows."""

from typing import cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from standfirst.records.change import Refused
from standfirst.server.access import Place, place_of
from standfirst.server.accounts import inviting, joining, mine, tokens
from standfirst.server.accounts.forms import InviteForm, NameForm, TokenForm
from standfirst.server.accounts.letters import stays_here
from standfirst.server.accounts.models import Token, User
from standfirst.server.clock import now
from standfirst.server.setup import founding, opening
from standfirst.standards.reason import Reason
from standfirst.words.render import advised


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # behind login_required


# --- one's own account -----------------------------------------------------------------------------------------------


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The organisations that somebody belongs to; of one alone, its own first page. On a new installation, how it begins."""
    if not request.user.is_authenticated:
        return _front_door(request)
    memberships = mine.organisations(_user(request))
    if len(memberships) == 1 and "all" not in request.GET:
        return redirect("organisation", memberships[0].organisation.slug)
    may_found = founding.may_found()
    if not memberships and may_found:
        return redirect("found")
    context = {"mine": mine.waiting_in(memberships) if memberships else [], "may_found": may_found}
    return render(request, "accounts/home.html", context)


def _front_door(request: HttpRequest) -> HttpResponse:
    if not opening.is_unopened():
        return redirect_to_login(request.get_full_path())
    if settings.SIGNUP == "open":
        return redirect("account_signup")
    return render(request, "setup/unopened.html")


@require_http_methods(["GET", "POST"])
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        User.objects.filter(pk=user.pk).update(name=form.cleaned_data["name"])
        messages.success(request, _("Your name is saved."))
        return redirect("account_overview")
    return render(request, "accounts/overview.html", {"form": form, **_means(user)})


def _means(user: User) -> dict[str, object]:
    """How somebody can sign in, for the overview."""
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return {
        "has_password": user.has_usable_password(),
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_totp": Authenticator.Type.TOTP in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sign_ons": SocialAccount.objects.filter(user=user).count(),
    }


@require_POST
@login_required
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Ends one of somebody's own sessions."""
    found = UserSession.objects.filter(pk=session, user=_user(request)).first()
    if found is None:
        raise Refused(Reason("session.missing"))
    is_this_one = found.is_current()
    get_sessions_adapter().end_sessions([found])
    if is_this_one:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("That session is ended."))
    return redirect("usersessions_list")


# --- tokens ----------------------------------------------------------------------------------------------------------


@require_GET
@login_required
def list_tokens(request: HttpRequest) -> HttpResponse:
    at = now()
    rows = [(token, _state(token, live=token.is_live(at))) for token in tokens.own(_user(request))]
    return render(request, "accounts/tokens.html", {"rows": rows})


def _state(token: Token, *, live: bool) -> str:
    return "live" if live else "revoked" if token.revoked is not None else "expired"


@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth ships no types
def new_token(request: HttpRequest) -> HttpResponse:
    """The answer to the form shows the token, once: it is on no other page and at no address."""
    form = TokenForm(_user(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        issued = tokens.issue(user=_user(request), **form.issued(), now=now())
        return render(request, "accounts/token_issued.html", {"token": issued.token, "text": issued.text})
    return render(request, "accounts/token_new.html", {"form": form})


@require_POST
@login_required
def revoke_token(request: HttpRequest, token: UUID) -> HttpResponse:
    tokens.revoke(user=_user(request), token=token, now=now())
    messages.success(request, _("The token is revoked."))
    return redirect("account_tokens")


# --- invitations -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is invited, and a form to invite somebody."""
    place = place_of(request, slug)
    inviting.require_inviter(place.actor(place.store))
    people = inviting.without_account(place.organisation, place.store)
    chosen = next((one for one in people if one.number == request.GET.get("person", "")), None)
    given = (
        {"person": chosen.id, "email": inviting.last_address(place.organisation, chosen.id)} if chosen else {}
    )
    form = InviteForm(inviting.named(people), request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        if limited := ratelimit.consume_or_429(request, action="invite"):
            return cast("HttpResponse", limited)
        if _invited(request, place, form):
            return redirect("invitations", slug)
    numbers = {one.id: one.number for one in people}
    pending = [
        (invitation, name, numbers.get(invitation.person, ""))
        for invitation, name in inviting.pending(place.organisation, place.store, now=now())
    ]
    context = {"organisation": place.organisation, "form": form, "pending": pending, "people": people}
    opened = [
        (name, person.number if person else "", access.number, access.versions[0].entry.recorded_at)
        for name, access, person in inviting.with_access(place.store)
    ]
    return render(request, "accounts/invitations.html", {**context, "opened": opened})


def _invited(request: HttpRequest, place: Place, form: InviteForm) -> bool:
    """Whether the letter went out. What stood against it is told beside the form, which keeps what was typed."""
    try:
        letter = inviting.invite(
            actor=place.actor(place.store),
            by=_user(request),
            organisation=place.organisation,
            workspace=place.store,
            now=now(),
            **form.cleaned_data,
        )
        inviting.post(letter, link=settings.ADDRESS + reverse("join", args=[letter.secret]))
    except Refused as refused:
        form.add_error(None, advised(refused.reason))
        return False
    said = _("The invitation to %(email)s is sent.")
    if stays_here():
        said = _("The invitation to %(email)s is written. It stands on the server's standard error.")
    messages.success(request, said % {"email": letter.invitation.email})
    return True


@require_POST
@login_required
def revoke_invitation(request: HttpRequest, slug: str, invitation: UUID) -> HttpResponse:
    place = place_of(request, slug)
    actor = place.actor(place.store)
    inviting.revoke(actor=actor, organisation=place.organisation, invitation=invitation, now=now())
    messages.success(request, _("The invitation is revoked."))
    return redirect("invitations", slug)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """What a letter's link opens. Somebody without an account is remembered as invited, so that they can sign up."""
    invitation = joining.opened(secret, now=now())
    if request.user.is_authenticated:
        if request.method == "POST":
            membership = joining.accept(user=_user(request), text=secret, now=now())
            said = _("You now belong to %(organisation)s.") % {"organisation": membership.organisation.name}
            messages.success(request, said)
            return redirect("home")
        has_address = joining.has_verified(_user(request), invitation.email)
    else:
        joining.remember(request, invitation)
        has_address = False
    context = {"invitation": invitation, "has_address": has_address, "next": request.path}
    return render(request, "accounts/join.html", context)
