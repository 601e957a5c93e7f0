from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "standfirst.server.accounts"
    label = "accounts"
