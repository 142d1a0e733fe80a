"""What Sphinx needs to build the site; CONTRIBUTING.md has the command."""

import ast
import os
from importlib.metadata import version as read_version
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes

ROOT = Path(__file__).parents[1]

os.environ.setdefault(
    "TF_CPP_MIN_LOG_LEVEL", "3"
)  # TensorFlow tells at length that there is no GPU

project = "skrnn"
author = copyright = "The skrnn developers"
version = release = read_version("skrnn")

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = [
    "_build",
    "**/programs",
    "auto_examples/*.ipynb",
    "auto_examples/*.py",
    "auto_examples/*.json",
    "auto_examples/*.zip",
]
templates_path = ["_templates"]

# Pages are Markdown; those whose cells are code are run, and show what it gave.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_merge_streams = True
nb_output_stderr = "error"  # quiet by default: what is said on the side is a fault
suppress_warnings = ["myst-nb.lexer"]  # of cells that were not run, where that is asked for
copybutton_exclude = ".linenos, .gp, .go"

autosummary_generate = True
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = f"skrnn {release}"
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["skrnn.css"]
html_show_sourcelink = False
WIDE = ("index", "install", "changelog", "comparison", "coming_from/*")
html_sidebars = {page: [] for page in WIDE}
html_theme_options = {
    "logo": {"text": "skrnn"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def read_imports(statements):
    """Name the packages that a program needs; those it can do without stand in its branches."""
    for node in statements:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.With):
            yield from read_imports(node.body)


def can_run(path):
    """Tell whether all that an example needs is installed."""
    program = ast.parse(path.read_text(encoding="utf-8"))
    return all(map(find_spec, set(read_imports(program.body))))


EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
RUN = [path.stem for path in EXAMPLES if can_run(path)]

sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["auto_examples"],
    "filename_pattern": rf"/({'|'.join(RUN)})\.py$",
    "ignore_pattern": r"/plugin/",
    "nested_sections": False,
    "within_subsection_order": "FileNameSortKey",
    "backreferences_dir": "api/backreferences",
    "doc_module": ("skrnn",),
    "reference_url": {"skrnn": None},
    "plot_gallery": "SKRNN_DOCS_NO_GALLERY" not in os.environ,
    "abort_on_example_error": True,
    "default_thumb_file": str(ROOT / "docs" / "_static" / "logo.svg"),
    "min_reported_time": 5,
    "write_computation_times": False,  # its table needs files from elsewhere
    "show_memory": False,
    "remove_config_comments": True,
    "download_all_examples": False,
}

# Docstrings that come from scikit-learn refer to sections of its own guide.
SKLEARN = "https://scikit-learn.org/stable"


def find_elsewhere(app, env, node, content):
    """Lead references to labels and classes of scikit-learn to its site."""
    target = node["reftarget"]
    if node.get("reftype") == "ref" and node.get("refdomain") == "std":
        address = f"{SKLEARN}/{target}.html"
    elif node.get("reftype") == "term":
        address = f"{SKLEARN}/glossary.html#term-{target}"
    elif target.startswith("sklearn."):
        address = f"{SKLEARN}/modules/generated/{target}.html"
    else:
        return None
    reference = nodes.reference("", "", internal=False, refuri=address)
    reference += content
    return reference


def setup(app):
    """Connect what is above with Sphinx."""
    app.connect("missing-reference", find_elsewhere)
