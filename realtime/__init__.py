"""Tells browsers at once: sockets over Channels. The only asynchronous code; everything else works without it."""
