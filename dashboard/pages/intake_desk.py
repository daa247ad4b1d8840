"""点单台."""


def show() -> None:
    """Placeholder."""
