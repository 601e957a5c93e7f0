from django.apps import AppConfig
from django.utils.translation import get_language

from standfirst.words.language import follow


class AccountsConfig(AppConfig):
    name = "standfirst.server.accounts"
    label = "accounts"

    def ready(self) -> None:
        follow(get_language)
