"""What `tuimail mx --json` promises to print."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_VALIDATOR = Draft202012Validator(
    json.loads(Path(__file__).with_name("mx.schema.json").read_text(encoding="utf-8"))
)


def documents(out: str) -> list[dict[str, Any]]:
    """One a line, each as promised."""
    read = [json.loads(line) for line in out.splitlines()]
    for document in read:
        _VALIDATOR.validate(document)
    return read
