from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "standfirst.server.files"
    label = "files"
