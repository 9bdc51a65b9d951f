"""督办: orders, advice letters, what goes past a unit, and looking into the offices below."""
