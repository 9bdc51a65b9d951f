"""All settings of all processes. What differs between installations is an environment variable named in README.md."""

import json
from importlib.util import find_spec
from typing import Any

from config.environment import PROJECT, VAR, database, flag, option, secret

DEBUG = flag("DEBUG")
SECRET_KEY = secret("SECRET_KEY")
ALLOWED_HOSTS = option("ALLOWED_HOSTS", ".localhost,127.0.0.1").split(",")
PUBLIC_HOSTS = option("PUBLIC_HOSTS", "localhost").split(",")  # the operator's door; no tenant's
SECURE = flag("HTTPS")  # behind a proxy that ends TLS

# --- apps -----------------------------------------------------------------------------------------------------------
SHARED_APPS = [
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "kernel",
    "tenants",
    "supervision",
    *(["realtime"] if find_spec("realtime") else []),
    *(["search.indexing"] if find_spec("search") else []),
    "desk",
]
TENANT_APPS = ["cases", *(["search"] if find_spec("search") else [])]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "config"]  # config last: it ties the others together

TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "config.middleware.HealthMiddleware",
    "config.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kernel.errors.ErrorMiddleware",
    "kernel.uploads.BodyLimitMiddleware",
    "tenants.middleware.TenantMiddleware",  # host -> request.tenant; a session belongs to one
    "django.contrib.sessions.middleware.SessionMiddleware",
    "desk.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "desk.people.SeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenants.middleware.MembershipMiddleware",  # request.actor, or 403 before any view
    "desk.people.PasswordMiddleware",
    *(["realtime.topbar.StandingMiddleware"] if find_spec("realtime") else []),
]

ROOT_URLCONF = "config.urls"
PUBLIC_SCHEMA_URLCONF = "config.public_urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "desk.markup.Renderer"

# --- database -------------------------------------------------------------------------------------------------------
# Pages, API and tasks sign in as the application's role, which has no DDL. Migration, provisioning and the owner worker
# run in processes of their own with HUIYIN_DATABASE_ROLE=owner.
DATABASE_ROLE = option("HUIYIN_DATABASE_ROLE", "app")
_connection = database(secret("OWNER_DATABASE_URL" if DATABASE_ROLE == "owner" else "DATABASE_URL"))
_pool = {"min_size": 1, "max_size": int(option("DATABASE_POOL", "8")), "max_lifetime": 900, "timeout": 10}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "kernel.backend",
        **_connection,
        "OPTIONS": {**_connection["OPTIONS"], "pool": _pool},
    }
}
DATABASE_ROUTERS = ["kernel.stamps.StampRouter", "django_tenants.routers.TenantSyncRouter"]

# --- people ---------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["tenants.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "desk.people.Adapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = False  # desk.people counts failures in the database, per account and per address
LOGIN_URL = "account_login"
# Anybody may call these; every other view needs a post, or on the public host the operator's flag.
OPEN_VIEWS = frozenset({"account_login", "desk:about", "desk:language", "landing"})
POSTLESS_VIEWS = frozenset(
    {"account_logout", "account_change_password", "desk:posts", "desk:sign_out_everywhere", "usersessions_list"}
)
CHOOSE_POST_VIEW = "desk:posts"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "kernel.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would show texts to the proxy

# --- what a browser may do ------------------------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
CONTENT_POLICY = "; ".join(
    [
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'"),
        *("connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    ]
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # form fields; files have their own cap, checked before the body is read
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["kernel.uploads.CappedUploadHandler"]
CSRF_FAILURE_VIEW = "kernel.errors.csrf_failure"

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PROJECT / "platform" / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- sockets: the real-time process (`python -m realtime`), where the app is installed --------------------------------
# Behind a proxy pages and sockets share a port and both are 0; else the sockets' own, and the pages', for the Origin.
REALTIME_SOCKETS = option("REALTIME_SOCKETS", "on") != "off"  # off: there is no such process, pages ask every 30 s
REALTIME_PORT, WEB_PORT = int(option("REALTIME_PORT", "0")), int(option("WEB_PORT", "0"))
REALTIME_RECHECK_S = float(option("REALTIME_RECHECK_S", "55"))  # the longest a socket outlives the right to it
REALTIME_GOODBYE_S = float(option("REALTIME_GOODBYE_S", "5"))  # for a reader that stalled to hear why it is let go
REALTIME_LOOK_S = float(option("REALTIME_LOOK_S", "10"))  # how soon a word that Valkey lost is found

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = option("STATIC_ROOT", "") or None
MEDIA_ROOT = option("MEDIA_ROOT", str(VAR / "media"))
_whitenoise = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _whitenoise if STATIC_ROOT else _plain},
}
if option("S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": option("S3_BUCKET", ""),
            "endpoint_url": option("S3_ENDPOINT", "") or None,
            "access_key": secret("S3_ACCESS_KEY"),
            "secret_key": secret("S3_SECRET_KEY"),
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
WHITENOISE_USE_FINDERS = STATIC_ROOT is None  # nothing was collected: serve from where the files lie
WHITENOISE_AUTOREFRESH = DEBUG

# --- keys of personal data ------------------------------------------------------------------------------------------
HUIYIN_KEYS: dict[str, str] = json.loads(secret("HUIYIN_KEYS"))  # key id -> base64 of 32 bytes
HUIYIN_KEY_CURRENT = secret("HUIYIN_KEY_CURRENT")
HUIYIN_HASH_KEY = secret("HUIYIN_HASH_KEY")
HUIYIN_SIGNING_KEY = secret("HUIYIN_SIGNING_KEY")
# Public halves of signing keys that were replaced: old seals still verify.
HUIYIN_FORMER_PUBLIC_KEYS: list[str] = json.loads(option("HUIYIN_FORMER_PUBLIC_KEYS", "[]"))

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "kernel.bearer.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "cases.api.scope.WithinScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "kernel.api.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "kernel.openapi.ProblemSchema",
    "EXCEPTION_HANDLER": "kernel.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Huiyin 回音",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "cases.api.schema.inline_enums",
        "kernel.openapi.add_problem",
        "cases.api.examples.add_examples",
    ],
}

API_TOKEN_PER_MINUTE = int(option("API_TOKEN_PER_MINUTE", "3000"))  # requests of one system
# Where events are pushed to: https only, and never to this machine or a link's own addresses, unless named here.
WEBHOOK_HTTP = flag("WEBHOOK_HTTP")
WEBHOOK_NETWORKS = [name for name in option("WEBHOOK_NETWORKS", "").split(",") if name]
WEBHOOK_TIMEOUT_S = 5.0

# --- search: Elasticsearch where one is named, else PostgreSQL -------------------------------------------------------
ELASTICSEARCH_URL = "" if option("SEARCH", "") == "embedded" else option("ELASTICSEARCH_URL", "")  # several by commas
ELASTICSEARCH_USER = option("ELASTICSEARCH_USER", "")
ELASTICSEARCH_PASSWORD = option("ELASTICSEARCH_PASSWORD", "")
ELASTICSEARCH_API_KEY = option("ELASTICSEARCH_API_KEY", "")  # instead of a user
ELASTICSEARCH_CA = option("ELASTICSEARCH_CA", "")  # a file of certificates; without one those the client brings
ELASTICSEARCH_VERIFY = option("ELASTICSEARCH_VERIFY", "on") != "off"
ELASTICSEARCH_PREFIX = option("ELASTICSEARCH_PREFIX", "case")  # how the names of its indexes begin

# --- monitoring: what /metrics asks for as a bearer token; without one there is no such address -----------------------
METRICS_TOKEN = option("METRICS_TOKEN", "")

# --- mail: a server of yours, else files to look at -----------------------------------------------------------------
EMAIL_HOST = option("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_PORT = int(option("EMAIL_PORT", "587"))
EMAIL_HOST_USER = option("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = option("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = option("EMAIL_FROM", "huiyin@localhost")
OFFICE_URL = option("OFFICE_URL", "https://{host}" if SECURE else "http://{host}")  # how links in a mail begin

# --- tasks ----------------------------------------------------------------------------------------------------------
REDIS_URL = secret("REDIS_URL")
# A hung Redis must cost a request a fifth of a second, not twenty.
REDIS_TIMEOUT_S = 0.2
_unix_broker = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_URL = option("CELERY_BROKER_URL", _unix_broker)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": REDIS_TIMEOUT_S,
    "socket_connect_timeout": REDIS_TIMEOUT_S,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE  # what runs when: kernel.tasks.register_periodic

# --- logs: JSON lines, never personal data --------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "huiyin": {"level": "INFO"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
