"""One body per verb: its members are exactly the keyword arguments of the action."""
