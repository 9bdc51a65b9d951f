"""The same verbs as the pages, over HTTP: parse the shape, call the action, serialise (design §8)."""
