"""Loaded by pytest before Django's settings: secrets exist, and no test speaks to a running demo's queue or search."""

import os

from infra import services
from infra.env import keep_bytecode

keep_bytecode()
services.ensure_env()
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("SEARCH", "embedded")  # a test that means Elasticsearch asks for it
