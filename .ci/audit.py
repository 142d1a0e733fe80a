"""Fail if what is installed has known vulnerabilities, as far as pip-audit reaches its data."""

import json
import subprocess
import sys

command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
done = subprocess.run([*command, "--skip-editable"], capture_output=True, text=True)
try:
    packages = json.loads(done.stdout)["dependencies"]
except ValueError:
    print(f"Nothing audited: {done.stderr.strip().splitlines()[-1:]}")
    sys.exit()
audited = [package for package in packages if "vulns" in package]
found = [(package, known) for package in audited for known in package["vulns"]]
for package, known in found:
    fixed = ", ".join(known["fix_versions"]) or "no version"
    print(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}")
print(f"{len(audited)} of {len(packages)} packages audited, {len(found)} vulnerabilities known.")
sys.exit(bool(found))
