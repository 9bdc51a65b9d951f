"""The composition root: the only place that knows every app, every middleware and every address."""
