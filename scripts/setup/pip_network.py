"""
Prints the user's settings of pip that say where packages come from, out of the environment and of pip's files, as a
JSON object of environment variables: python pip_network.py PIP_WHEEL COMMAND. Other settings (where to install, what to
leave out) are not for set-up.
"""

import json
import sys

wheel, command = sys.argv[1:]
sys.path.insert(0, wheel)

from pip._internal.configuration import Configuration  # noqa: E402
from pip._internal.exceptions import ConfigurationError  # noqa: E402

NETWORK = {
    *("index-url", "pypi-url", "extra-index-url", "no-index", "find-links", "trusted-host"),
    *("cert", "client-cert", "proxy", "no-proxy-env", "keyring-provider"),
    *("timeout", "default-timeout", "retries", "resume-retries"),
}

configuration = Configuration(isolated=False)
try:
    configuration.load()
except ConfigurationError as error:
    sys.exit(str(error))
sections = {"global": {}, command: {}, ":env:": {}}  # a later one wins, as in pip
for _, values in configuration.items():
    for key, value in values.items():
        section, name = key.split(".", 1)
        if section in sections and name in NETWORK:
            sections[section]["PIP_" + name.upper().replace("-", "_")] = value
settings = {}
for values in sections.values():
    settings.update({name: value for name, value in values.items() if value})
print(json.dumps(settings))
