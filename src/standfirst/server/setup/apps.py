from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "standfirst.server.setup"
    label = "setup"
