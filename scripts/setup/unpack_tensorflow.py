"""Takes the two libraries and the C API's headers out of TensorFlow's wheel: python unpack_tensorflow.py WHEEL DEPS LIBRARY..."""

import os
import shutil
import sys
import zipfile

HEADERS = [
    *("tensorflow/c/" + name for name in (
        "c_api.h", "c_api_macros.h", "tf_attrtype.h", "tf_buffer.h", "tf_datatype.h", "tf_status.h", "tf_tensor.h",
        "tf_tstring.h", "eager/c_api.h",
    )),
    *(root + "/platform/" + name for root in ("tensorflow/core", "tsl") for name in ("ctstring.h", "ctstring_internal.h")),
    "xla/tsl/c/tsl_status.h",
]

wheel, deps, *libraries = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    places = {"tensorflow/include/" + header: os.path.join("include", header) for header in HEADERS}
    places |= {"tensorflow/" + library: os.path.join("lib", library) for library in libraries}
    for name, place in places.items():
        target = os.path.join(deps, place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 22)
