"""Print the lowest versions that pyproject.toml allows, as requirements: pip installs them."""

import tomllib
from pathlib import Path

with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
    project = tomllib.load(file)["project"]
for requirement in project["dependencies"] + project["optional-dependencies"]["test"]:
    name, _, bounds = requirement.partition(">=")
    print(f"{name}=={bounds.split(',')[0]}" if bounds else requirement)
