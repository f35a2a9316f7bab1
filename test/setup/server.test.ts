/** How JupyterLab is started and waited for, with tiny programs in its place. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { SETUP } from "./module";
import { SmallClone, whyNot } from "./small-clone";

const skip = whyNot();
let clone: SmallClone;
before(() => {
  if (!skip) clone = new SmallClone();
});
after(() => {
  if (!skip) clone.remove();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Installs a program as JupyterLab and runs it. */
async function run(
  program: string,
  env?: NodeJS.ProcessEnv,
  port?: number,
): Promise<{ status: number | null; text: string }> {
  clone.writeWheel("jupyter", "jupyterlab", { "jupyterlab.py": program });
  const made = clone.setUp();
  assert.equal(made.status, 0, made.text);
  const options = {
    port: port ?? (await freePort()),
    token: "t",
    folder: clone.folder,
    state: clone.path("state"),
  };
  const snippet = `process.exitCode = await it.runServer(${JSON.stringify(options)}, () => console.log("it is open")).catch(fail);`;
  return clone.run("server.mjs", snippet, env);
}

test("a server that dies at once is told as that, with its last lines", { skip }, async () => {
  const program = `import sys
for i in range(100):
    print("line", i)
sys.exit("it cannot find its fonts")
`;
  const started = performance.now();
  const { status, text } = await run(program);
  assert.equal(status, 1);
  assert.match(
    text,
    /JupyterLab ended before it answered \(exit status 1\)\. Its last lines:\n\n(line|it).*/,
  );
  assert.match(text, /it cannot find its fonts/);
  assert.doesNotMatch(text, /line 1\n|port|\n +at /);
  assert.ok(performance.now() - started < 30_000);
});

test("another Jupyter that has taken its port meanwhile is not taken for it", { skip }, async (t) => {
  const other = `require("node:http").createServer(({ url }, response) => response.writeHead(url === "/api" ? 200 : 403).end())
    .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ["-e", other]);
  t.after(() => child.kill());
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const program = "import sys, time\ntime.sleep(1)\nsys.exit('the port is in use')\n";
  const { status, text } = await run(program, {}, Number(port));
  assert.equal(status, 1, text);
  assert.match(text, /ended before it answered[^]*the port is in use/);
});

test(
  "one that answers is open, whatever proxies the user has; what it says then is passed on",
  { skip },
  async () => {
    const program = `import http.server, sys, threading
port = int(next(arg for arg in sys.argv if arg.startswith("--port=")).split("=")[1])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ours = self.headers["Authorization"] == "token t" and self.path == "/api/status"
        self.send_response(200 if ours else 403)
        self.end_headers()
        threading.Timer(0.5, end).start()
    def log_message(self, *args):
        pass
def end():
    print("a kernel died", file=sys.stderr)
    server.shutdown()
server = http.server.HTTPServer(("127.0.0.1", port), Handler)
server.serve_forever()
`;
    const proxy = "http://127.0.0.1:9";
    const proxies = {
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      NO_PROXY: "",
      no_proxy: "",
    };
    const { status, text } = await run(program, proxies);
    assert.equal(status, 0, text);
    assert.match(text, /it is open\n[^]*a kernel died/);
  },
);

test("what a start and a notebook's run import is quick: no grammar is compiled", () => {
  const script = "import sys, nbclient, jupyter_server.serverapp; print('lark' in sys.modules)";
  const python = path.join(SETUP, "../../.venv/bin/python");
  assert.equal(execFileSync(python, ["-I", "-c", script], { encoding: "utf8" }).trim(), "False");
});
