"""The pages of search: parse the address, ask the gateway, render. Templates extend the desk's by name."""
