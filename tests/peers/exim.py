"""Exim 4, of Debian's exim4-daemon-heavy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.peers import overlay
from tests.peers.peer import Kind, Peer
from tests.peers.site import DOMAIN, HOST, MAILBOXES, PASSWORD, USER, free_port, listening, site

_USER = "Debian-exim"
_CONFIGURATION = """\
primary_hostname = {host}
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
spool_directory = {root}/spool
pid_file_path = {root}/exim.pid
log_file_path = {root}/log/exim-%slog
domainlist local_domains = {domain}
acl_smtp_rcpt = recipient
tls_certificate = {root}/certificate.pem
tls_privatekey = {root}/key.pem
tls_advertise_hosts = *
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
message_size_limit = 50M
# 40 connections from one test.
smtp_accept_max = 100
# Neither wait for the names of hosts nor for an ident server.
host_lookup =
rfc1413_hosts =
write_rejectlog = false
keep_environment =

begin acl
recipient:
  require verify = recipient
  accept

begin routers
mailboxes:
  driver = accept
  domains = +local_domains
  local_parts = {mailboxes}
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  # The list's item, not the sender's words: Exim takes no file name from these.
  directory = {root}/mail/$local_part_data
  maildir_format
  user = {user}
  delivery_date_add
  envelope_to_add
  return_path_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and {{{{eq {{$auth2}}{{{name}}}}}{{eq {{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and {{{{eq {{$auth1}}{{{name}}}}}{{eq {{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = {password}
  server_set_id = $auth1
"""


def missing() -> str:
    return overlay.missing("exim", "usr/sbin/exim4")


@asynccontextmanager
async def exim() -> AsyncIterator[Peer]:
    port = free_port()
    with site("exim") as here:
        configuration = _CONFIGURATION.format(
            host=HOST,
            domain=DOMAIN,
            port=port,
            root=here.root,
            user=_USER,
            mailboxes=" : ".join(MAILBOXES),
            name=USER,
            password=PASSWORD,
        )
        file = here.write("exim.conf", configuration)
        # Where Exim looks for it: given any other by -C, its deliveries lose root's rights.
        steps = f"chown {_USER} {here.key} && cp {file} /etc/exim4/exim4.conf && exec exim4 -bdf"
        async with overlay.overlaid(here, "exim", (_USER,), f"sh -c '{steps}'") as process:
            await listening(here, process, port)
            yield Peer(port, here)


EXIM = Kind(
    "exim",
    exim,
    frozenset(
        {
            *("8BITMIME", "CHUNKING", "DSN", "PIPELINING", "SIZE", "SMTPUTF8", "STARTTLS"),
            *("PLAIN", "LOGIN", "CRAM-MD5"),
        }
    ),
    needs=("exim",),
)
