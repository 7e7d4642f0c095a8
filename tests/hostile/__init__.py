"""Attackers: servers over real sockets, and what people may type."""
