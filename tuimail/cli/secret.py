"""Where a password comes from. It is never an option's value: those stand in the process list."""

import os

from tuimail.cli.exits import CommandError, Exit

VARIABLE = "TUIMAIL_PASSWORD"


def find_secret(user: str, command: str | None) -> str:
    """The first line that `command` prints, else the environment's, else what is typed.

    Raises CommandError.
    """
    known = known_secret(command)
    return _typed(user) if known is None else known


def known_secret(command: str | None) -> str | None:
    """As `find_secret`, but nobody is asked: None where it is not known.

    The variable is gone from the environment then: no process that is started later has it.
    """
    from_environment = os.environ.pop(VARIABLE, "")
    return _printed(command) if command is not None else from_environment or None


def _printed(command: str) -> str:
    """By the shell, since people write `pass show mail | head -1`, as they do for msmtp.

    What it prints is not shown: even the message of one that fails may hold a secret.
    """
    import subprocess  # not for `--help` to wait for

    finished = subprocess.run(  # noqa: S602  # the user's own command
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if finished.returncode:
        raise CommandError(
            Exit.CONFIGURATION, f"The password command failed with status {finished.returncode}."
        )
    line, _, _ = finished.stdout.partition(b"\n")
    return line.removesuffix(b"\r").decode(errors="surrogateescape")


def _typed(user: str) -> str:
    import getpass
    import warnings

    from tuimail.safetext import visible

    with warnings.catch_warnings():
        # Without a terminal it would ask all the same, and show what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(f"Password of {visible(user)}: ")
        except (getpass.GetPassWarning, EOFError) as error:
            raise CommandError(
                Exit.USAGE, f"--user needs a password: give --password-command, or set {VARIABLE}."
            ) from error
        except UnicodeDecodeError:
            raise CommandError(Exit.CONFIGURATION, "The password typed is no text.") from None
