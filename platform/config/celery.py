"""The Celery application: `celery -A config.celery worker|beat`. Tasks live in kernel.tasks and nowhere else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("huiyin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ("kernel.tasks",)
app.set_default()
