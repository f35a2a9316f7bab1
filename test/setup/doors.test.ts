/** What the course's server lets in: this machine alone, with its token, and nothing outside of the work folder. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import { connect } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { type Start, startCourse } from "../browser/start";
import { smallDisk } from "../files/disk";

const folder = mkdtempSync(path.join(os.tmpdir(), "doors-"));
const work = path.join(folder, "work");
let course: Start | undefined;
let [address, token]: [URL, string] = [new URL("http://unknown"), ""];
before(async () => {
  course = await startCourse({ work });
  address = new URL(course.at("/"));
  token = address.searchParams.get("token")!;
});
after(async () => {
  await course?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks the server for something; what counts is the status. */
async function statusOf(place: string, init: RequestInit = {}): Promise<number> {
  return (await fetch(new URL(place, address.origin), { redirect: "manual", ...init })).status;
}

/** A request with headers that `fetch` does not let pass. */
function statusWith(place: string, headers: http.OutgoingHttpHeaders): Promise<number> {
  return new Promise((resolve, reject) => {
    http
      .get(new URL(place, address.origin), { headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      })
      .on("error", reject);
  });
}

describe("from another machine", () => {
  const outer = Object.values(os.networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === "IPv4")?.address;

  it(
    "nothing answers: the server listens on this machine alone",
    { skip: !outer && "no network" },
    async () => {
      const code = await new Promise((resolve) => {
        const socket = connect(Number(address.port), outer, () => resolve("it answers"));
        socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      assert.equal(code, "ECONNREFUSED");
    },
  );

  it("nothing answers to another name that leads here, with the token or without", async () => {
    for (const host of ["course.example", `course.example:${address.port}`, "169.254.1.1"])
      assert.equal(
        await statusWith("/api/status", { Host: host, Authorization: `token ${token}` }),
        403,
        host,
      );
    assert.equal(await statusWith("/api/status", { Authorization: `token ${token}` }), 200);
  });
});

describe("without the token", () => {
  const PLACES = ["/api/contents", "/api/kernels", "/api/sessions", "/api/kernelspecs", "/api/terminals"];
  for (const [what, headers] of [
    ["none", {}],
    ["a wrong one", { Authorization: `token ${"0".repeat(48)}` }],
    ["an empty one", { Authorization: "token " }],
  ] as const)
    it(`${what}: no list, no file, no kernel`, async () => {
      for (const place of PLACES) assert.equal(await statusOf(place, { headers }), 403, place);
      for (const place of ["/lab", "/files/README.md", "/nbconvert/html/notebooks/01_idea_of_guidance.ipynb"])
        assert.equal(await statusOf(place, { headers }), 302, `${place} asks for the token`);
      assert.equal(await statusOf("/api/kernels", { method: "POST", headers }), 403);
    });

  it("two starts have two tokens, of 48 letters", () => assert.match(token, /^[0-9a-f]{48}$/));
});

describe("names", () => {
  it("no name leads out of the work folder, neither to read nor to write", async () => {
    const headers = { Authorization: `token ${token}` };
    const secret = path.join(path.dirname(work), `secret-${process.pid}.txt`);
    writeFileSync(secret, "secret");
    const name = path.basename(secret);
    for (const way of [
      `../${name}`,
      `..%2f${name}`,
      `notebooks/../../${name}`,
      `%2e%2e/${name}`,
      `..%252f${name}`,
      secret,
    ])
      for (const door of ["/api/contents/", "/files/", "/nbconvert/html/"]) {
        const status = await statusWith(door + way, headers);
        assert.ok(status >= 400 && status < 500, `${door}${way}: ${status}`);
      }
    const put = {
      method: "PUT",
      headers,
      body: JSON.stringify({ type: "file", format: "text", content: "changed" }),
    };
    for (const way of [`..%2f${name}`, `notebooks%2f..%2f..%2f${name}`])
      assert.ok((await statusOf(`/api/contents/${way}`, put)) >= 400, way);
    assert.equal(readFileSync(secret, "utf8"), "secret");
    const longer = await statusOf(`/api/contents/${"n".repeat(250)}.ipynb`, {
      ...put,
      body: '{"type":"notebook","content":{}}',
    });
    assert.ok(longer >= 400, `a name of 256 letters: ${longer}`);
  });
});

describe("saving", () => {
  const content = (text: string): object => ({
    cells: [{ cell_type: "markdown", id: "a", metadata: {}, source: text }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const saveAs = (place: string, text: string): Promise<number> =>
    statusOf(`/api/contents/${place}`, {
      method: "PUT",
      headers: { Authorization: `token ${token}` },
      body: JSON.stringify({ type: "notebook", content: content(text) }),
    });

  it("on a full disk fails, and leaves the notebook as it was", async (t) => {
    const folder = path.join(work, "notebooks", "mine");
    mkdirSync(folder);
    const disk = smallDisk(t, 256, folder);
    if (disk === undefined) return;
    const place = `notebooks/mine/mine.ipynb`;
    assert.equal(await saveAs(place, "small"), 201);
    const before = readFileSync(path.join(disk, "mine.ipynb"), "utf8");
    assert.equal(await saveAs(place, "large ".repeat(100_000)), 500);
    assert.equal(readFileSync(path.join(disk, "mine.ipynb"), "utf8"), before);
  });
});
