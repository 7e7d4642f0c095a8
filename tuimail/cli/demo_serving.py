"""The demo world without a screen, for other shells to send into."""

import asyncio
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.delivery.reactor import install
from tuimail.demo import DEMO_DOMAINS, DemoError, DemoWorld


async def serve(smtp_port: int, dns_port: int) -> Exit:
    """Until Ctrl-C or SIGTERM. Raises CommandError where its addresses can't be had."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    try:
        world = await DemoWorld.start(install(loop), smtp_port=smtp_port, dns_port=dns_port)
    except DemoError as error:
        raise CommandError(Exit.CONFIGURATION, str(error)) from error
    async with world:
        with TemporaryDirectory(prefix="tuimail-demo-") as folder:
            ca_file = Path(folder) / "ca.pem"
            ca_file.write_bytes(world.ca_pem)
            _introduce(world, ca_file)
            await ended.wait()
    return Exit.DELIVERED


def _introduce(world: DemoWorld, ca_file: Path) -> None:
    address, port = world.nameserver
    click.echo(f"nameserver {address}:{port}")
    click.echo(f"exchanges  port {world.smtp_port}")
    click.echo(f"policies   port {world.https_port}")
    click.echo(f"authority  {ca_file}")
    way = f"--nameserver {address}:{port} --port {world.smtp_port}"
    proof = f"--ca-file {ca_file} --policy-port {world.https_port}"
    click.echo(
        "\nFrom another shell:\n\n"
        f"  tuimail send {way} \\\n"
        f"    {proof} \\\n"
        "    --from me@example.com --to bob@friendly.test --subject Hello --body Hello\n"
        f"  tuimail mx {way} \\\n"
        f"    {proof} --probe secure.test\n"
    )
    list_domains()
    click.echo("\nCtrl-C ends it.")


def list_domains() -> None:
    for domain in DEMO_DOMAINS:
        click.secho(domain.name, bold=True, nl=False)
        click.echo(f"  {domain.temper}")
        for recipient in domain.recipients:
            click.echo(f"  {recipient.address} {recipient.outcome}")
