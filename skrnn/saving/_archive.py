"""The file: an archive of skops with a manifest, whose sizes are checked before it is read.

The manifest tells the version of the format, and a digest of every other member.
"""

import hashlib
import io
import json
import math
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy

from ._schema import ARRAY, TOP, check_schema, number_nodes

MANIFEST = "skrnn.json"
FORMAT = 1
MOST_DEFLATED = 1 << 24  # bytes before compression, of all members that are compressed
LONGEST_HEADER = 10_000  # characters that tell the shape of an array
CHUNK = 1 << 20
LOCAL_HEADER = 30  # bytes before the name of a member


def write_archive(file, dumped, version):
    """Write what skops has dumped, in an order and with numbers that depend on nothing else.

    Parameters
    ----------
    file : file object
    dumped : bytes
        As :func:`skops.io.dumps` gives them.
    version : str
        Of this package.

    Raises
    ------
    ValueError
        If it holds what could not be read.
    """
    with ZipFile(io.BytesIO(dumped)) as source, ZipFile(file, "w") as target:
        root = json.loads(source.read(TOP))
        names = number_nodes(root)
        sizes = {new: source.getinfo(old).file_size for old, new in names.items()}
        check_schema(root, sizes)
        digests, n_left = {}, MOST_DEFLATED
        for old, new in [(None, TOP), *names.items()]:
            content = source.read(old) if old else _dump(root)
            digests[new] = hashlib.sha256(content).hexdigest()
            n_left -= _write_member(target, new, content, n_left)
        manifest = _dump({"format": FORMAT, "skrnn": version, "sha256": digests})
        _write_member(target, MANIFEST, manifest, n_left)


def check_archive(file):
    """Raise unless a file is whole, and one that takes no more time and memory than it is long.

    Parameters
    ----------
    file : file object
        It may come from anybody.

    Returns
    -------
    set of str
        The classes and functions that it names.

    Raises
    ------
    Exception
        Of whatever kind, if it is not.
    """
    with ZipFile(file) as archive:
        members = {info.filename: info for info in archive.infolist()}
        _check_members(file, archive.infolist(), members)
        digests = _read_manifest(archive)
        if digests.keys() != members.keys() - {MANIFEST}:
            raise ValueError("Its members are not those that were written.")
        sizes = {}
        for name, digest in digests.items():
            with archive.open(name) as member:
                if hashlib.file_digest(member, "sha256").hexdigest() != digest:
                    raise ValueError(f"Its member {name!r} is not the one that was written.")
            if name != TOP:
                with archive.open(name) as member:
                    _check_array(member, members[name].file_size)
                sizes[name] = members[name].file_size
        return check_schema(json.loads(archive.read(TOP)), sizes)


def _dump(content):
    return json.dumps(content, separators=(",", ":")).encode()


def _write_member(archive, name, content, n_left):
    """Write a member, compressed if so many bytes may still be; give how many then were."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED if len(content) <= n_left else ZIP_STORED
    info.external_attr = 0o600 << 16
    archive.writestr(info, content)
    return len(content) if info.compress_type == ZIP_DEFLATED else 0


def _check_members(file, infos, members):
    """Check names and sizes; of what is compressed, that it is as long as it says."""
    if TOP not in members or MANIFEST not in members:
        raise ValueError("It is no file of skrnn.save.")
    odd = [name for name in members if name not in (TOP, MANIFEST) and not ARRAY.fullmatch(name)]
    if odd or len(infos) != len(members):
        raise ValueError(f"It has members that skrnn.save does not write: {odd[:3]}.")
    file.seek(0, io.SEEK_END)
    if sum(info.compress_size for info in infos) > file.tell():
        raise ValueError("Its members are longer than the file.")
    deflated = [info for info in infos if info.compress_type == ZIP_DEFLATED]
    stored = [info for info in infos if info.compress_type == ZIP_STORED]
    sizes = sum(info.file_size for info in deflated)
    is_cut = any(info.file_size != info.compress_size for info in stored)
    if len(deflated) + len(stored) < len(infos) or is_cut or sizes > MOST_DEFLATED:
        raise ValueError("Its members are compressed as skrnn.save does not.")
    for info in deflated:
        _check_deflated(file, info)


def _check_deflated(file, info):
    file.seek(info.header_offset)
    header = file.read(LOCAL_HEADER)
    lengths = np.frombuffer(header, "<u2", count=2, offset=LOCAL_HEADER - 4)
    file.seek(int(lengths.sum()), io.SEEK_CUR)
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    content = decompressor.decompress(file.read(info.compress_size), info.file_size + 1)
    if len(content) != info.file_size or not decompressor.eof:
        raise ValueError(f"Its member {info.filename!r} is not as long as it says.")


def _read_manifest(archive):
    """Check the version of the format; give the digests."""
    manifest = json.loads(archive.read(MANIFEST))
    version = manifest["format"]
    if type(version) is not int or version < 1:
        raise ValueError(f"Its format is {version!r}, which there never was.")
    if version > FORMAT:
        raise ValueError(
            f"It was written by skrnn {manifest['skrnn']} in format {version}, and this version "
            f"reads formats up to {FORMAT}: upgrade skrnn."
        )
    return manifest["sha256"]


def _check_array(member, size):
    """Check that an array is as large as its header says."""
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    read = readers[npy.read_magic(member)]
    shape, _, dtype = read(member, max_header_size=LONGEST_HEADER)
    has_size = dtype.itemsize > 0 and not dtype.hasobject
    if not has_size or any(n < 0 for n in shape):
        raise ValueError(f"It has an array of {dtype} and shape {shape}.")
    if math.prod(shape) * dtype.itemsize != size - member.tell():
        raise ValueError(f"It has an array of {dtype} and shape {shape} that is not there.")
