"""Tell uv what pip was told: print `export` lines for pip's mirrors, certificates and wheels.

Run by the pip to ask. What uv was told itself (UV_*) stays as it is.
"""

import os
import shlex
import subprocess
import sys

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "timeout": "UV_HTTP_TIMEOUT",
}
SEPARATORS = {"UV_FIND_LINKS": ","}


def pip_settings() -> dict[str, str]:
    """Ask pip for its settings; the environment (`:env:`) comes last and wins, as in pip."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    settings = {}
    for line in answer.stdout.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section in {"global", "install", ":env:"}:
            settings[name.replace("_", "-").removeprefix("default-")] = value.strip("'\"")
    return settings


def uv_settings(pip: dict[str, str]) -> dict[str, str]:
    """Translate; lists become what uv reads as a list."""
    told = {}
    for name, uv_name in UV_NAMES.items():
        words = pip.get(name, "").replace("\\n", " ").split()
        if words:
            told[uv_name] = SEPARATORS.get(uv_name, " ").join(words)
    if "UV_INDEX" in told:
        # pip takes the best of all indexes; the hashes of the lock file say what is the right one.
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return told


if __name__ == "__main__":
    for name, value in uv_settings(pip_settings()).items():
        if name not in os.environ:
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
