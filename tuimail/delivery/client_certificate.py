"""The certificate by which a server may know us."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL

from tuimail.delivery.settings import ClientCertificate


def present(certificate: ClientCertificate, context: SSL.Context) -> None:
    """Shows it to every server that asks on a connection of `context`.

    Raises OSError for a file that can't be read, ValueError with one clear line for anything else
    that OpenSSL would trip over.
    """
    chain, key = certificate.chain.read_bytes(), certificate.key.read_bytes()
    # Read here first: OpenSSL's own reader asks for a key's passphrase on the terminal, and says
    # little of what is wrong.
    try:
        own = x509.load_pem_x509_certificates(chain)[0].public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{certificate.chain} holds no certificate in PEM form") from error
    try:
        private = load_pem_private_key(key, password=None)
    except TypeError as error:
        raise ValueError(f"the key in {certificate.key} is under a passphrase") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{certificate.key} holds no private key in PEM form") from error
    if private.public_key() != own:
        raise ValueError(
            f"the key in {certificate.key} is not that of the certificate in {certificate.chain}"
        )
    try:
        context.use_certificate_chain_file(str(certificate.chain))
        context.use_privatekey_file(str(certificate.key))
    except SSL.Error as error:
        raise ValueError(f"OpenSSL takes no certificate from {certificate.chain}") from error
