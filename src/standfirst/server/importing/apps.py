from django.apps import AppConfig


class ImportingConfig(AppConfig):
    name = "standfirst.server.importing"
    label = "importing"
