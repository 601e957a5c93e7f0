"""Django's settings, from a data folder and the environment: the only module of this room that reads either.

STANDFIRST_DATA       the data folder (default ./standfirst-data): database, keys, files, the secret key
DATABASE_URL          another database than the folder's SQLite file, such as postgres://user@host/name
STANDFIRST_URL        where people reach it (default http://localhost:8000)
STANDFIRST_EMAIL      an SMTP server such as smtp+tls://user:password@host:587 (default: mail goes to standard error)
STANDFIRST_EVIDENCE   s3://bucket/prefix?endpoint_url=https://... for files kept elsewhere than in the folder
STANDFIRST_ANCHOR     a folder for a public log, in which the signed heads of all ledgers are anchored (default: none)
STANDFIRST_OIDC       a JSON file with OpenID Connect providers, in the form of django-allauth's APPS
STANDFIRST_SAML       a JSON file with SAML identity providers (``accounts.saml.registering``; extra ``saml``)
STANDFIRST_SIGNUP     open, or invited: an account is only for who holds an invitation (default: invited)
STANDFIRST_SCANNER    a command that reads a file on standard input and exits 1 where it refuses it
STANDFIRST_UPLOAD_MB  how many megabytes of files one request may bring, an envelope with its files too (default: 2048)
"""

import json
import os
import shlex
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import dj_database_url

from standfirst.server.accounts.saml import registering as saml
from standfirst.standards.problems import Unusable, problem
from standfirst.words import language


def _said(name: str, default: str = "") -> str:
    return os.environ.get(name, "") or default


def _address_of(name: str, text: str, code: str, schemes: frozenset[str]) -> SplitResult:
    """Raises Unusable for what is no address of these schemes with a host."""
    try:
        parts = urlsplit(text)
        if parts.scheme in schemes and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise Unusable([problem(name, code, value=text)])


DATA: Final = Path(os.environ.get("STANDFIRST_DATA", "standfirst-data")).absolute()
KEYS: Final = DATA / "keys"
"""Seeds of the organisations' keys, one file each, mode 0600: apart from the database, so that who can write there cannot sign."""
FILES: Final = DATA / "files"
ANCHOR: Final = (
    Path(os.environ["STANDFIRST_ANCHOR"]).absolute() if os.environ.get("STANDFIRST_ANCHOR") else None
)
"""The log's folder; its key is a file beside it."""
ADDRESS: Final = _said("STANDFIRST_URL", "http://localhost:8000").rstrip("/")
try:
    SCANNER: Final = tuple(shlex.split(_said("STANDFIRST_SCANNER")))
except ValueError:
    raise Unusable([problem("STANDFIRST_SCANNER", "setting.command")]) from None
_upload = os.environ.get("STANDFIRST_UPLOAD_MB", "2048")
if not (_upload.isascii() and _upload.isdecimal() and 0 < len(_upload) < 10 and int(_upload) > 0):
    raise Unusable([problem("STANDFIRST_UPLOAD_MB", "setting.megabytes", value=_upload)])
EVIDENCE_LIMIT: Final = int(_upload) * 2**20

_address = _address_of("STANDFIRST_URL", ADDRESS, "setting.address", frozenset({"http", "https"}))
_local = _address.hostname in {"localhost", "127.0.0.1", "::1"}
_secret = DATA / "secret-key"

SECRET_KEY = _secret.read_text().strip() if _secret.exists() else ""  # Django does nothing with an empty one
ALLOWED_HOSTS = [_address.hostname or "localhost", *(["127.0.0.1", "[::1]"] if _local else [])]
CSRF_TRUSTED_ORIGINS = [ADDRESS]
DEBUG = False
ROOT_URLCONF = "standfirst.server.urls"
WSGI_APPLICATION = "standfirst.server.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = list(language.LANGUAGES.items())
LOCALE_PATHS = [language.CATALOGUES]
FORMAT_MODULE_PATH = "standfirst.server.formats"
LANGUAGE_COOKIE_NAME = (
    "language"  # what somebody has chosen before signing in; an account's own choice goes before it
)
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "standfirst.server.accounts",
    "standfirst.server.store",
    "standfirst.server.files",
    "standfirst.server.sealed",
    "standfirst.server.search",
    "standfirst.server.telling",
    "standfirst.server.desk",
    "standfirst.server.importing",
    "standfirst.server.setup",
    "standfirst.server.readiness",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django_htmx",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *(["standfirst.server.accounts.saml"] if saml.is_installed() else []),
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "standfirst.server.headers.Headers",
    "django_htmx.middleware.HtmxMiddleware",
    "standfirst.server.bodies.Bodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "standfirst.server.accounts.language.OfTheAccount",
    "standfirst.server.api.bearer.Bearer",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "standfirst.server.refusals.Refusals",
    "standfirst.server.accounts.onward.Onward",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "loaders": [  # what a page's template calls a part is a template too: "list.html#rows"
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "standfirst.server.notices.on_every_page",
                "standfirst.server.shell.on_every_page",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True

# --- database ---

_SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",  # the lock is taken before anything is read
    "timeout": 60,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; "
        "PRAGMA secure_delete=ON;"  # what is erased is overwritten, not only no longer listed
    ),
}


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at ``url``. Raises Unusable."""
    try:
        described = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except ValueError:  # without what was said: it may hold a password
        raise Unusable([problem("DATABASE_URL", "setting.database")]) from None
    if described["ENGINE"] not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise Unusable([problem("DATABASE_URL", "setting.database")])
    if described["ENGINE"] == "django.db.backends.sqlite3":
        described["OPTIONS"] = dict(_SQLITE_OPTIONS)
        described["CONN_MAX_AGE"] = None
    described["ATOMIC_REQUESTS"] = False
    return described


DATABASES = {"default": database(_said("DATABASE_URL", f"sqlite:///{DATA / 'standfirst.sqlite3'}"))}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # of Django's 300, a flood of others would push a count out
    }
}
"""Shared by all processes: rate limits are counted in it."""

# --- files ---


def evidence(address: str) -> dict[str, Any]:
    """Where uploaded files lie: an S3-compatible bucket, or the data folder."""
    if not address:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(FILES), "file_permissions_mode": 0o600},
        }
    parts = urlsplit(address)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "file_overwrite": False,
            "default_acl": None,
            **dict(parse_qsl(parts.query)),
        },
    }


STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(FILES)},
    },
    "evidence": evidence(os.environ.get("STANDFIRST_EVIDENCE", "")),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = [
    "standfirst.server.bodies.NoFiles"
]  # who takes files sets up its own (``files.receiving``)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20  # of a request without files

# --- mail ---

_mail = urlsplit("")
if _said("STANDFIRST_EMAIL"):
    _mail = _address_of(
        "STANDFIRST_EMAIL",
        _said("STANDFIRST_EMAIL"),
        "setting.mail",
        frozenset({"smtp", "smtp+tls", "smtps"}),
    )
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _mail.hostname
    else "standfirst.server.accounts.letters.OnStandardError"
)
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or 25
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = f"standfirst@{_address.hostname}"

# --- security ---

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _address.scheme == "https" else None
SECURE_HSTS_SECONDS = 31_536_000 if _address.scheme == "https" else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _address.scheme == "https"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "standfirst.server.refusals.forged"

# --- accounts ---

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SIGNUP = _said("STANDFIRST_SIGNUP", "invited")
if SIGNUP not in {"open", "invited"}:
    raise Unusable(
        [problem("STANDFIRST_SIGNUP", "setting.one-of", allowed=("open", "invited"), value=SIGNUP)]
    )
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or factor is told to its owner
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Standfirst: "
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_SESSION_REMEMBER = (
    False  # a session ends with the browser, and after SESSION_COOKIE_AGE at the latest
)
ACCOUNT_SIGNUP_FORM_CLASS = "standfirst.server.accounts.signup.SignupForm"
ACCOUNT_RATE_LIMITS = {  # beside allauth's own
    "invite": "30/h/user",  # letters that a member has sent
    "found": "20/h/user",  # organisations that somebody begins
    "saml_answer": "60/m/ip",  # what identity providers' pages post, which is kept for a moment
}
ALLAUTH_TRUSTED_PROXY_COUNT = (
    1 if _address.scheme == "https" else 0
)  # who says https also says whose request it is
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_ADAPTER = "standfirst.server.accounts.adapter.Adapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme
MFA_ADAPTER = "standfirst.server.accounts.adapter.MfaAdapter"
MFA_FORMS = {"add_webauthn": "standfirst.server.accounts.passkeys.AddPasskeyForm"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Standfirst"
MFA_TOTP_TOLERANCE = 1  # a step of 30 s for slow typing and clocks (RFC 6238, 5.2)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _local
USERSESSIONS_TRACK_ACTIVITY = False  # no GET writes
SOCIALACCOUNT_ADAPTER = "standfirst.server.accounts.adapter.SocialAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
_oidc_file = _said("STANDFIRST_OIDC")
try:
    _oidc: Any = json.loads(Path(_oidc_file).read_bytes()) if _oidc_file else []
except ValueError:
    raise Unusable([problem(_oidc_file, "setting.not-json")]) from None
if not (isinstance(_oidc, list) and all(isinstance(each, dict) for each in _oidc)):
    raise Unusable([problem(_oidc_file, "setting.not-json")])
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _oidc},
    "saml": {
        "APPS": saml.read(
            os.environ.get("STANDFIRST_SAML", ""),
            address=ADDRESS,
            taken=[each.get("provider_id", "openid_connect") for each in _oidc],
        )
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # A request that is refused is an answer, and the web server's own log counts it; ours are the faults of ours.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
