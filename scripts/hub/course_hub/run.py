"""Runs a part of the hub in the course's Python: run.py PACKAGES PART [ARGUMENT ...].

PACKAGES is the folder of what the hub needs beyond the course's own packages.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(sys.argv[1])

part, arguments = sys.argv[2], sys.argv[3:]
if part == "hub":
    from jupyterhub.app import main

    sys.argv = ["jupyterhub", *arguments]
    main()
elif part == "fork-server":
    from course_hub.fork_server import serve

    serve(int(arguments[0]))
elif part == "account":
    from course_hub.account_command import main

    main(*arguments)
elif part == "single-user":
    from jupyterhub.singleuser.extension import main

    sys.argv = ["jupyterhub-singleuser", *arguments]
    main()
