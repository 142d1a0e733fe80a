"""Where the pages of estimators are, for the links in pictures of them that scikit-learn makes."""

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata


@cache
def find_site():
    """Give the address of the documentation, which the package's metadata tell; "" for none."""
    try:
        links = metadata("skrnn").get_all("Project-URL") or []
    except PackageNotFoundError:  # it is imported from a folder
        return ""
    links = dict(link.split(", ", 1) for link in links)
    return links.get("Documentation", "").rstrip("/")


class DocumentedMixin:
    """An estimator that has a page in the reference, which stands left of BaseEstimator."""

    _doc_link_module = "skrnn"

    @property
    def _doc_link_template(self):
        return find_site() and f"{find_site()}/api/generated/skrnn.{{estimator_name}}.html"
