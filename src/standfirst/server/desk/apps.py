from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "standfirst.server.desk"
    label = "desk"
