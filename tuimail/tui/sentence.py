"""What went wrong, as one clear line for a person."""

from tuimail.tui.world import EngineError


def sentence_of(error: BaseException) -> str:
    match error:
        case OSError(strerror=str(why), filename=str(name)):
            return f"{name}: {why.lower()}"
        case OSError(strerror=str(why)):
            return why
        case EngineError() | ValueError():
            return str(error)
        case _:
            return f"Something went wrong inside tuimail: {error}"
