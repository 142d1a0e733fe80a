"""The tree of nodes in a file, as skops writes it: what may stand in it, and where.

Which classes and functions it may name is not told here: that skops audits.
"""

import re

TOP = "schema.json"
ARRAY = re.compile(r"[1-9]\d{0,8}\.npy")
OWN = "skrnn.saving._kinds", "Foreign"
NAMED = {  # nodes that stand for one class alone
    "ListNode": ("builtins", "list"),
    "DictNode": ("builtins", "dict"),
    "NdArrayNode": ("numpy", "ndarray"),
    "PartialNode": ("functools", "partial"),
}
PARTIAL = "func", "args", "kwds", "namespace"
CHILDREN = {  # in the order in which skops reads them
    "JsonNode": lambda node: [],
    "TypeNode": lambda node: [],
    "FunctionNode": lambda node: [],
    "NdArrayNode": lambda node: [],
    "ListNode": lambda node: node["content"],
    "TupleNode": lambda node: node["content"],
    "DictNode": lambda node: [node["key_types"], *node["content"].values()],
    "ObjectNode": lambda node: [node["content"]] if "content" in node else [],
    "ConstructorFromReduceNode": lambda node: [node["content"]],
    "PartialNode": lambda node: [
        node["content"][k] for k in ("func", "args", "kwds", "namespace")
    ],
    "OperatorFuncNode": lambda node: [node["attrs"]],
    "LossNode": lambda node: [node["content"], node["__reduce__"]["args"]],
    "TreeNode": lambda node: [node["content"], node["__reduce__"]["args"]],
}
LEAVES = "JsonNode", "TypeNode", "FunctionNode"


def number_nodes(root):
    """Give the objects of a tree numbers, and their arrays names, in their order.

    Parameters
    ----------
    root : dict
        The tree, which is changed.

    Returns
    -------
    dict of str
        The new name of each file of an array.
    """
    numbers, names = {}, {}

    def visit(node):
        given = node.pop("__id__", None)
        loader = node.get("__loader__")
        if loader not in CHILDREN:
            name = f"{node['__module__']}.{node['__class__']}"
            raise ValueError(f"It holds an object of the class {name}, which cannot be saved.")
        if loader not in LEAVES:
            node["__id__"] = numbers.setdefault(given, len(numbers) + 1)
        if "file" in node:
            node["file"] = names.setdefault(node["file"], f"{node['__id__']}.npy")
        for child in CHILDREN[loader](node):
            visit(child)

    visit(root)
    return names


def check_schema(root, sizes):
    """Raise unless a tree is one that takes no more time and memory than it is long.

    Parameters
    ----------
    root : dict
        The tree.
    sizes : dict of int
        The bytes of each array, by the name of its file.

    Returns
    -------
    set of str
        The classes and functions that it names.

    Raises
    ------
    ValueError, TypeError, LookupError, AttributeError, RecursionError
        If it is not.
    """
    checker = _Checker(sizes)
    checker.visit(root)
    if checker.n_bytes_read > 2 * sum(sizes.values()):
        raise ValueError("Arrays are read over and over.")
    return checker.names


class _Checker:
    def __init__(self, sizes):
        self.names = set()
        self.n_bytes_read = 0
        self._sizes = sizes
        self._owners = {}  # of the files
        self._counts = {}  # of the nodes at and below each numbered one
        self._open = set()

    def visit(self, node, is_read=False):
        """Check a node and those below it; count them.

        ``is_read`` says that what they stand for is not kept but read.
        """
        loader, module, name = (node[k] for k in ("__loader__", "__module__", "__class__"))
        if loader not in CHILDREN or not (isinstance(module, str) and isinstance(name, str)):
            raise ValueError(f"A node is {loader!r} of {module!r}.{name!r}.")
        if NAMED.get(loader, (module, name)) != (module, name):
            raise ValueError(f"A node {loader!r} stands for {module}.{name}.")
        self.names.add(f"{module}.{name}")
        number = node.get("__id__")
        if number is None:
            return self._visit_children(node, is_read)
        if type(number) is not int or number in self._open:
            raise ValueError(f"A node has the number {number!r}, as one above it has.")
        is_new = number not in self._counts
        is_read &= is_new or loader == "NdArrayNode"
        self._open.add(number)
        count = self._visit_children(node, is_read, is_new)
        self._open.remove(number)
        # Whoever comes back to an object goes through all of it again.
        if count < self._counts.setdefault(number, count):
            raise ValueError(f"Node {number} is told twice, and shorter the second time.")
        return count

    def _visit_children(self, node, is_read, is_new=True):
        loader = node["__loader__"]
        if loader == "NdArrayNode":
            self._check_array(node, is_read)
        elif loader == "DictNode":
            _check_keys(node["key_types"]["content"], node["content"])
        elif loader == "ConstructorFromReduceNode":
            _check_call(node)
            is_read = is_new
        return 1 + sum(self.visit(child, is_read) for child in CHILDREN[loader](node))

    def _check_array(self, node, is_read):
        name, number = node["file"], node["__id__"]
        if node["type"] != "numpy" or name not in self._sizes:
            raise ValueError(f"The array {name!r} is not there.")
        if self._owners.setdefault(name, number) != number:
            raise ValueError(f"The array {name!r} is there twice.")
        self.n_bytes_read += self._sizes[name] if is_read else 0


def _check_keys(key_types, content):
    is_text = all(
        (key["__loader__"], key["__module__"], key["__class__"]) == ("TypeNode", "builtins", "str")
        for key in key_types
    )
    if not is_text or len(key_types) != len(content):
        raise ValueError("A dict has keys that are not str.")


def _check_call(node):
    module, name = node["__module__"], node["__class__"]
    is_own = module.partition(".")[0] == "skrnn"
    if (is_own and (module, name) != OWN) or node["content"]["__loader__"] != "TupleNode":
        raise ValueError(f"{module}.{name} is to be called.")
