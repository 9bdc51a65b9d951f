"""Shared ground without domain words: time, errors, keys, outbox, tasks, files, API base, database backend."""
