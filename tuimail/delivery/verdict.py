"""What is thought of the certificate that a server showed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`distrust` says in plain words why it proves nothing, and is empty where it does; `proof`
    then says by what: `PKIX`, or `DANE-EE` or `DANE-TA` and the record."""

    distrust: str = ""
    proof: str = ""
