"""Staff pages: parse the request, call one action or query, render."""
