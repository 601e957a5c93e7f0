from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "standfirst.server.search"
    label = "search"
