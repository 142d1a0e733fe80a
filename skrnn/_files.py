"""Files that are written whole or not at all."""

import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replace_file(path):
    """Lend a file to write in, which takes the place of another once it is whole on the disk.

    After a failure the other is as it was, and nothing else is left behind.

    Parameters
    ----------
    path : str or path
        Of a link, what it stands for is replaced. Permissions stay.

    Yields
    ------
    file object
        Open for bytes.
    """
    path = Path(os.path.realpath(path))
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}.tmp")
    try:
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(draft, path.stat().st_mode & 0o777)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder):
    """Have the name of a file on the disk, too, where the system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
