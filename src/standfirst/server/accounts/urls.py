"""Addresses of accounts: a person's own account and what belongs to it."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
