from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    name = "standfirst.server.readiness"
    label = "readiness"
