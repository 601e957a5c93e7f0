"""Where somebody is signed in, in as many queries for one session as for a hundred."""

from typing import Any

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib.sessions.models import Session
from django.views.generic.edit import FormView

from standfirst.server.accounts.models import User
from standfirst.server.clock import now


class Sessions(ListUserSessionsView):  # type: ignore[misc]  # allauth ships no types
    """allauth's asks of each session by itself whether it still is, and deletes those that are not, on a GET too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = _alive(self.request.user)
        return FormView.get_context_data(self, **kwargs) | {"sessions": listed, "session_count": len(listed)}


def _alive(user: User) -> list[UserSession]:
    """The oldest first."""
    known = list(UserSession.objects.filter(user=user).order_by("created_at"))
    alive = Session.objects.filter(
        session_key__in=[each.session_key for each in known], expire_date__gt=now()
    )
    keys = set(alive.values_list("session_key", flat=True))
    return [each for each in known if each.session_key in keys]


sessions = Sessions.as_view()
