/** What the kernel says of itself. */
import { readFileSync } from "node:fs";
import type { Content } from "./message";
import { PROTOCOL_VERSION } from "./message";

/** The content of a `kernel_info_reply`. */
export function kernelInfo(): Content {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "tslab",
    implementation_version: versionOf("tslab"),
    banner: "TypeScript, by tslab",
    language_info: {
      name: "typescript",
      version: versionOf("@tslab/typescript-for-tslab"),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      // JupyterLab chooses its highlighting by the mode; older notebooks by name and flag.
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    },
    help_links: [],
    supported_features: [],
  };
}

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as {
    version: string;
  };
  return version;
}
