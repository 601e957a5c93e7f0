"""Plain hand-written Django over the same rows: the least that such pages cost with the same framework. For ``benchmarks/web.py``.

Sessions and accounts are those of the workplace, and nothing else is asked: no roles, no navigation, no index of fields.
"""

import json
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template
from django.urls import path

from standfirst.server.store.models import Content, Current, LedgerHead, Organisation

_LIST = Template(
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Risks</title></head><body><h1>Risks</h1><table>"
    "{% for row in rows %}<tr><td><a href='{{ row.number }}/'>{{ row.number }}</a></td><td>{{ row.title }}</td>"
    "<td>{{ row.state }}</td><td>{{ row.version }}</td><td>{{ row.recorded_at }}</td></tr>{% endfor %}</table></body></html>"
)
_RECORD = Template(
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{{ row.number }}</title></head><body>"
    "<h1>{{ row.number }} {{ row.title }}</h1><p>{{ row.state }}</p><dl>{% for name, value in body.items %}"
    "<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl></body></html>"
)


def _own(slug: str) -> UUID:
    return Organisation.objects.values_list("id", flat=True).get(slug=slug)


@login_required
def listing(_: HttpRequest, slug: str) -> HttpResponse:
    rows = Current.objects.filter(organisation=_own(slug), kind="risk", erased=False).order_by("first")[:50]
    return HttpResponse(_LIST.render(Context({"rows": rows})))


@login_required
def record(_: HttpRequest, slug: str, number: str) -> HttpResponse:
    row = Current.objects.get(organisation=_own(slug), number=number)
    content = Content.objects.get(organisation=row.organisation_id, sequence=row.sequence)
    body = json.loads(bytes(content.data or b"{}"))["body"]
    return HttpResponse(_RECORD.render(Context({"row": row, "body": body})))


@login_required
def one(_: HttpRequest, slug: str) -> HttpResponse:
    head = LedgerHead.objects.get(organisation=_own(slug))
    return JsonResponse({"size": head.size, "root": bytes(head.root).hex()})


@login_required
def everything(_: HttpRequest, slug: str) -> HttpResponse:
    own = _own(slug)
    rows = Current.objects.filter(organisation=own, kind="implemented-requirement", erased=False).order_by(
        "first"
    )
    kept = list(rows.values_list("number", "state", "sequence"))
    said = Content.objects.filter(organisation=own, sequence__in=rows.values("sequence"))
    bodies = {
        sequence: json.loads(bytes(data or b"{}"))["body"]
        for sequence, data in said.values_list("sequence", "data")
    }
    return JsonResponse(
        {
            "results": [
                {"number": number, "state": state, **bodies[sequence]} for number, state, sequence in kept
            ]
        }
    )


urlpatterns = [
    path("plain/<slug:slug>/", listing),
    path("plain/<slug:slug>/head", one),
    path("plain/<slug:slug>/all", everything),
    path("plain/<slug:slug>/<str:number>/", record),
]
