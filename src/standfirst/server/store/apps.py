from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "standfirst.server.store"
    label = "store"
