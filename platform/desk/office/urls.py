"""Addresses of the office's own pages: each module brings its `pages`."""

from desk.office import departments, page, readings, tokens, webhooks

pages = [*departments.pages, *page.pages, *readings.pages, *tokens.pages, *webhooks.pages]
