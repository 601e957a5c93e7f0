"""Taking a browser to a sign-on provider without loosening the content security policy."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render


class Onward:
    """Middleware. A form that is answered by a redirect to another site would be stopped by ``form-action 'self'``, also
    where that site redirects on. So the answer becomes a page of ours that goes there by itself (WCAG technique H76).
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        target = response.headers.get("Location", "")
        away = urlsplit(target).netloc not in {"", request.get_host()}
        if request.method != "POST" or response.status_code != HTTPStatus.FOUND or not away:
            return response
        page = render(request, "accounts/onward.html", {"target": target, "site": urlsplit(target).hostname})
        page.cookies.update(response.cookies)
        return page
