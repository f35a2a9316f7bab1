"""Jupyter's own tests of a kernel (jupyter_kernel_test), for protocol.test.ts."""

import unittest

from jupyter_kernel_test import KernelTests


class CourseKernelTests(KernelTests):
    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('a warning')"
    completion_samples = [{"text": "const guidanceScale = 2; guidanceSc", "matches": {"guidanceScale"}}]
    complete_code_samples = ["1", "const w = 2;", "function f() { return 1; }"]
    incomplete_code_samples = ["function f() {", "console.log("]
    invalid_code_samples = ["import", "const = 2;", "}"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'seven'", "result": "seven"},
        {"code": "[1, 2]", "result": "[ 1, 2 ]"},
    ]
    code_display_data = [
        {"code": "import { display } from 'tslab'; display.html('<b>7</b>')", "mime": "text/html"},
        {"code": "import * as cfg from 'cfg-lib'; cfg.show({ data: [], layout: {} })", "mime": "application/vnd.plotly.v1+json"},
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ? 7"
    code_inspect_sample = "Math.max"


if __name__ == "__main__":
    unittest.main(verbosity=2)
