from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "standfirst.server.sealed"
    label = "sealed"
