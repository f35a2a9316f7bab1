"""JupyterHub's configuration; what may differ from class to class comes from `npm run hub`."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from course_hub.authenticator import ClassAuthenticator  # noqa: E402
from course_hub.class_page import ClassHandler  # noqa: E402
from course_hub.settings import SETTINGS  # noqa: E402
from course_hub.spawner import LIMITS, StudentSpawner  # noqa: E402

c = get_config()  # noqa: F821
state = SETTINGS["state"]
port = SETTINGS["port"]

c.JupyterHub.bind_url = f"{'https' if SETTINGS['cert'] else 'http'}://{SETTINGS['ip']}:{port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
if SETTINGS["cert"]:
    c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = SETTINGS["cert"], SETTINGS["key"]
c.JupyterHub.db_url = f"sqlite:///{state}/hub.sqlite"
c.JupyterHub.cookie_secret_file = f"{state}/cookie-secret"
c.JupyterHub.template_paths = [os.path.join(os.path.dirname(__file__), "templates")]
c.JupyterHub.extra_handlers = [("/class", ClassHandler)]
c.JupyterHub.log_level = "WARN"
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = SETTINGS["most"]
# Students' servers outlive the hub, and it finds them again.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.upgrade_db = True

c.ConfigurableHTTPProxy.command = [SETTINGS["node"], SETTINGS["proxy"], "--log-level", "warn"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.pid_file = f"{state}/proxy.pid"

c.JupyterHub.authenticator_class = ClassAuthenticator
c.Authenticator.allow_all = True  # who may log in, ClassAuthenticator says
c.Authenticator.admin_users = {SETTINGS["teacher"]}
c.Authenticator.delete_invalid_users = False

c.JupyterHub.spawner_class = StudentSpawner
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.disable_user_config = True
c.Spawner.env_keep = ["LANG", "TZ"]
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180
idle = max(1, round(SETTINGS["idle_minutes"] * 60))  # seconds; Jupyter takes whole ones
c.Spawner.args = [
    "--ServerApp.log_level=WARN",
    "--ServerApp.jpserver_extensions={'jupyter_lsp': False, 'notebook_shim': False}",
    # A kernel of a page that was closed, and then a server without kernels, end after a time.
    f"--MappingKernelManager.cull_idle_timeout={idle}",
    f"--MappingKernelManager.cull_interval={min(60, max(1, idle // 4))}",
    "--MappingKernelManager.cull_connected=True",
    f"--ServerApp.shutdown_no_activity_timeout={idle}",
    *(["--ServerApp.allow_root=True"] if os.geteuid() == 0 else []),
]

if SETTINGS["load_token"]:
    c.JupyterHub.services = [{"name": "load", "api_token": SETTINGS["load_token"]}]
    c.JupyterHub.load_roles = [
        {"name": "load", "services": ["load"], "scopes": ["admin:users", "admin:servers", "access:servers", "tokens"]}
    ]

print(LIMITS.words(), flush=True)
