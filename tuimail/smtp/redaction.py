"""What no reply may show: a server may say a secret back."""

from base64 import b64encode

_SHORTEST = 4
"""Characters: whatever is shorter stands in replies by chance, and its absence would tell it."""


class Redaction:
    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._secrets)

    def hide(self, secret: bytes) -> None:
        """From now on, as it is and in base64."""
        spellings = (secret.decode(errors="backslashreplace"), b64encode(secret).decode())
        self._secrets.update(text for text in spellings if len(text) >= _SHORTEST)

    def shown(self, line: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            line = line.replace(secret, "…")
        return line
