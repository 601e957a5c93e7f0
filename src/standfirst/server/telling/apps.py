from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "standfirst.server.telling"
    label = "telling"
