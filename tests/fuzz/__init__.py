"""Worlds in which anything may happen, and what has to hold in all of them."""

from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
"""Worlds in octets; `python -m tests.fuzz` looks for more."""
