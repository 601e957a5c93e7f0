"""Addresses of speak-up. The first two are for anybody at all."""

from django.urls import URLPattern, path

from standfirst.server.sealed import views

urlpatterns: list[URLPattern] = [
    path("o/<slug:organisation>/speak-up/", views.report, name="speak-up"),
    path("o/<slug:organisation>/speak-up/follow-up", views.follow_up, name="speak-up-follow-up"),
    path("o/<slug:organisation>/speak-up/cases/", views.received, name="speak-up-cases"),
    path("o/<slug:organisation>/speak-up/cases/<uuid:case>/", views.case, name="speak-up-case"),
    path(
        "o/<slug:organisation>/speak-up/cases/<uuid:case>/concerned",
        views.concerned,
        name="speak-up-concerned",
    ),
]
