"""A mail composer for the terminal that shows the way of a mail."""
