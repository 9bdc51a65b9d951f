"""Loaded by pytest before Django's settings: secrets exist, and no test speaks to the queue of a running demo."""

import os

from infra import services

services.ensure_env()
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
