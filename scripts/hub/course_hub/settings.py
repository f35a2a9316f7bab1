"""What `npm run hub` has chosen: a file that it writes before it starts JupyterHub."""

import json
import os

with open(os.environ["CFG_HUB_SETTINGS"], encoding="utf8") as _file:
    SETTINGS = json.load(_file)
