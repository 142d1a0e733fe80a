"""Files of skrnn.save, damaged by chance or forged by somebody who knows the format."""

import copy
import hashlib
import io
import json
import struct
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SCHEMA, MANIFEST = "schema.json", "skrnn.json"
HEADERS = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
NAMES = [
    ("os", "system"),
    ("builtins", "eval"),
    ("builtins", "list"),
    ("posixpath", "join"),
    ("antigravity", "antigravity"),
    ("numpy", "void"),
    ("numpy", "memmap"),
    ("datetime", "timedelta"),
    ("skrnn.network._registry", "Registry"),
    ("skrnn.sequence._regressor", "RNNRegressor"),
    ("skrnn.saving._kinds", "Foreign"),
    ("sklearn.pipeline", "Pipeline"),
    ("sklearn.linear_model._ridge", "Ridge"),
    ("sklearn.tree._tree", "Tree"),
]
LOADERS = [
    *("JsonNode", "TypeNode", "FunctionNode", "NdArrayNode", "ListNode", "TupleNode", "DictNode"),
    *("ObjectNode", "ConstructorFromReduceNode", "PartialNode", "MethodNode", "LossNode"),
    *("RandomStateNode", "BytesNode", "SparseMatrixNode", "OperatorFuncNode", "NoNode"),
]
VALUES = [
    None,
    -1,
    0,
    10**6,
    10**15,
    1e308,
    "",
    "os:system",
    "a" * 1000,
    [],
    {},
    True,
    "D",
    "M8[ns]",
]
KINDS = [
    *("text", "dict", "set", "slice", "range", "bytes", "path", "zone", "scalar", "objects"),
    *("masked", "dtype", "random state", "compressed", "pandas offset", "pandas times"),
    *("pandas periods", "pandas range", "pandas levels", "pandas categories", "pandas index"),
    *("pandas frame", "pandas dtype", "column type", "package", "keras", "keras name", "no kind"),
]


def read_members(content):
    """Give the members of a file by name."""
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(members, compression=ZIP_STORED):
    """Make a file of members."""
    file = io.BytesIO()
    with ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(ZipInfo(name), content, compression)
    return file.getvalue()


def renew(members, **words):
    """Give members the digests that they should have, and other words of the manifest."""
    names = members.keys() - {MANIFEST}
    digests = {name: hashlib.sha256(members[name]).hexdigest() for name in names}
    manifest = json.loads(members[MANIFEST]) | {"sha256": digests} | words
    return members | {MANIFEST: json.dumps(manifest).encode()}


def forge(content, edit, **words):
    """Edit the tree of a file, which is then whole again."""
    members = read_members(content)
    root = json.loads(members[SCHEMA])
    edit(root)
    members[SCHEMA] = json.dumps(root).encode()
    return write_members(renew(members, **words))


def list_nodes(root):
    """List the nodes of a tree, and all else in it that is a dict or a list."""
    found, rest = [], [root]
    while rest:
        part = rest.pop()
        if isinstance(part, dict | list):
            found.append(part)
            rest += part.values() if isinstance(part, dict) else part
    return found


def put(rng, part, value):
    """Put a value in some place of a dict or list."""
    if part:
        keys = list(part) if isinstance(part, dict) else range(len(part))
        part[keys[rng.integers(len(keys))]] = value


def pick(rng, values):
    return values[rng.integers(len(values))]


# By chance.


def flip_bits(rng, content):
    content = bytearray(content)
    for place in rng.integers(len(content), size=rng.integers(1, 9)):
        content[place] ^= 1 << rng.integers(8)
    return bytes(content)


def cut_off(rng, content):
    return content[: rng.integers(len(content))]


def blank(rng, content):
    start = rng.integers(len(content))
    n_bytes = min(rng.integers(1, 5000), len(content) - start)
    return content[:start] + bytes(n_bytes) + content[start + n_bytes :]


def insert(rng, content):
    place = rng.integers(len(content) + 1)
    return content[:place] + rng.bytes(rng.integers(1, 100)) + content[place:]


def change_headers(rng, content):
    """Change a number in a header of the archive."""
    content, signature = bytearray(content), pick(rng, HEADERS)
    places = [place for place in range(len(content)) if content.startswith(signature, place)]
    start = pick(rng, places) + 4 + 2 * rng.integers(20)
    number = pick(rng, [0, 1, 0xFFFF, 0xFFFFFFFF, int(rng.integers(1 << 32))])
    content[start : start + 4] = struct.pack("<I", number)
    return bytes(content)


def swap_members(rng, content):
    members = read_members(content)
    first, second = rng.choice(list(members), 2, replace=False)
    members[first], members[second] = members[second], members[first]
    return write_members(members)


def edit_schema(rng, content):
    """Edit the text of the tree, but not its digest."""
    members = read_members(content)
    members[SCHEMA] = blank_text(rng, members[SCHEMA])
    return write_members(members)


def blank_text(rng, text):
    place = rng.integers(len(text))
    return text[:place] + pick(rng, [b"0", b"9", b"a", b'"', b"}", b"null"]) + text[place + 1 :]


def drop_member(rng, content):
    members = read_members(content)
    del members[pick(rng, list(members))]
    return write_members(members)


DAMAGES = [
    *(flip_bits, cut_off, blank, insert, change_headers, swap_members, edit_schema, drop_member)
]


# By somebody.


def forge_names(rng, root):
    node = pick_node(rng, root)
    node["__module__"], node["__class__"] = pick(rng, NAMES)


def forge_loader(rng, root):
    pick_node(rng, root)["__loader__"] = pick(rng, LOADERS)


def forge_value(rng, root):
    put(rng, pick(rng, list_nodes(root)), pick(rng, VALUES))


def forge_json(rng, root):
    nodes = [part for part in list_nodes(root) if is_node(part, "JsonNode")]
    pick(rng, nodes)["content"] = json.dumps(pick(rng, VALUES))


def forge_text(rng, root):
    nodes = [part for part in list_nodes(root) if is_node(part, "JsonNode")]
    node = pick(rng, nodes)
    node["content"] = blank_text(rng, node["content"].encode()).decode(errors="replace")


def forge_kind(rng, root):
    calls = [part for part in list_nodes(root) if is_node(part, "ConstructorFromReduceNode")]
    pick(rng, calls)["content"]["content"][0]["content"] = json.dumps(pick(rng, KINDS))


def forge_range(rng, root):
    """Have something be a range that fills the memory as soon as somebody lists it."""
    size = int(10 ** rng.uniform(7, 15))
    words = pick(rng, [("range", 0, size, 1), ("pandas range", 0, size, 1, None)])
    put(rng, pick(rng, list_nodes(root)), make_call(*map(make_json, words)))


def forge_numbers(rng, root):
    nodes = [part for part in list_nodes(root) if isinstance(part, dict) and "__id__" in part]
    pick(rng, nodes)["__id__"] = pick(rng, nodes)["__id__"]


def forge_place(rng, root):
    nodes = [part for part in list_nodes(root) if "__loader__" in part]
    put(rng, pick(rng, list_nodes(root)), copy.deepcopy(pick(rng, nodes)))


def forge_lack(rng, root):
    part = pick(rng, list_nodes(root))
    if part:
        part.pop(pick(rng, list(part)) if isinstance(part, dict) else rng.integers(len(part)))


def forge_registered(rng, root):
    """Have an estimator bring a cell along, as pickles do."""
    nodes = [part for part in list_nodes(root) if is_node(part, "ObjectNode")]
    content = pick(rng, nodes)["content"]
    if content["__loader__"] == "DictNode":
        value = {"cell": {"mine": pick(rng, VALUES)}}
        content["content"]["_registered"] = make_json(value)
        content["key_types"]["content"].append(copy.deepcopy(content["key_types"]["content"][0]))


def forge_doubles(rng, root):
    """Have a list hold a list twice, which holds a list twice, and so on."""
    part = make_list([], 10**6)
    for level in range(rng.integers(60)):
        part = make_list(
            [part, {"__id__": part["__id__"]} | part | {"content": []}], 10**6 + 1 + level
        )
    put(rng, pick(rng, list_nodes(root)), part)


def pick_node(rng, root):
    return pick(rng, [part for part in list_nodes(root) if "__loader__" in part])


def is_node(part, loader):
    return isinstance(part, dict) and part.get("__loader__") == loader


def make_json(value):
    node = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    return node | {"content": json.dumps(value)}


def make_call(*nodes):
    """Make a node for an object of a kind: its name and its parts."""
    node = {"__class__": "Foreign", "__module__": "skrnn.saving._kinds"}
    parts = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode"}
    parts["content"] = list(nodes)
    return node | {"__loader__": "ConstructorFromReduceNode", "content": parts}


def make_list(nodes, number=None):
    node = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode"}
    return node | {"content": nodes} | ({} if number is None else {"__id__": number})


def forge_header(rng, members):
    """Have an array say that it is another."""
    name = pick(rng, [name for name in members if name.endswith(".npy")])
    shape = pick(
        rng, ["(10**9,)", f"({10**12},)", "(0,)", "(-1,)", "()", "(1, 2, 3)", f"({10**9}, 0)"]
    )
    dtype = pick(rng, ["<f4", "<f8", "|O", "|V0", "<U1000000000", "|u1", "<M8[ns]", ">i8"])
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    content = members[name]
    length = struct.unpack("<H", content[8:10])[0]
    members[name] = content[:10] + header[:length].ljust(length).encode() + content[10 + length :]


def forge_depth(rng, members):
    """Put the tree into a list that is in a list, and so on."""
    before, after = json.dumps(make_list([0])).split("0")
    depth = int(10 ** rng.uniform(0, 5))
    members[SCHEMA] = before.encode() * depth + members[SCHEMA] + after.encode() * depth


def forge_array(rng, members):
    """Have an array be another of the file, or change what is in it."""
    names = [name for name in members if name.endswith(".npy")]
    name = pick(rng, names)
    members[name] = members[pick(rng, names)] if rng.integers(2) else flip_bits(rng, members[name])


TREE_FORGERIES = [
    *(forge_names, forge_loader, forge_value, forge_json, forge_text, forge_kind, forge_numbers),
    *(forge_place, forge_lack, forge_registered, forge_doubles, forge_range),
]
FORGERIES = [*TREE_FORGERIES, forge_depth, forge_header, forge_array]


def mutate(rng, content):
    """Damage or forge a file: give the name of what was done, and what came of it."""
    if rng.integers(2):
        done = pick(rng, DAMAGES)
        return done.__name__, done(rng, content)
    done = pick(rng, FORGERIES)
    if done not in TREE_FORGERIES:
        members = read_members(content)
        done(rng, members)
        return done.__name__, write_members(renew(members))
    return done.__name__, forge(content, lambda root: done(rng, root))
