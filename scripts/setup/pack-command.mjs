// @ts-check
/** `npm run pack`, after the check of Node's version. */
import path from "node:path";
import { parseArgs } from "node:util";
import { pack } from "./pack.mjs";
import { fail } from "./problem.mjs";

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string" }, cpu: { type: "boolean" } } });
  const { file, bytes, pythons } = await pack({ ...values, out: values.out && path.resolve(values.out) });
  console.log(
    `\n${file}\n${(bytes / 1e6).toFixed(0)} MB, for ${process.platform} ${process.arch} with Python ${pythons.join(", ")}. ` +
      `On such a machine, without a network:\n\n  tar -xzf ${path.basename(file)}\n  cd cfg-notebooks\n  npm start`,
  );
}

main().catch(fail);
