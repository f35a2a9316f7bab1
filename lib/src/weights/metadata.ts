/** The facts of training in the header of a safetensors file. */
import { isObject } from "../fields";
import { infoProblem, type WeightsInfo } from "../recipe";
import { printable } from "../validate";

const KEY = "cfg";

/**
 * The facts as text for a safetensors header.
 * @throws Error that names the field, when one is not allowed: such a file could not be read again
 */
export function toMetadata(info: WeightsInfo): Record<string, string> {
  const wrong = infoProblem({ ...info });
  if (wrong) throw new Error(`these training facts cannot be saved: ${wrong}.`);
  return { format: "pt", [KEY]: JSON.stringify(info) };
}

/**
 * The facts from a safetensors header.
 * @param name of the file, for the error
 * @throws Error that names the field, when one is missing, unknown or not allowed
 */
export function fromMetadata(metadata: Record<string, string>, name: string): WeightsInfo {
  if (!(KEY in metadata)) {
    const keys = printable(Object.keys(metadata).join(", ")) || "nothing";
    throw new Error(
      `${name} does not say how it was trained: its metadata holds ${keys}; "${KEY}" is expected.`,
    );
  }
  const info = parse(metadata[KEY], name);
  const wrong = infoProblem(info);
  if (wrong) throw new Error(`${name}: its training facts are damaged: ${wrong}.`);
  return info as unknown as WeightsInfo;
}

function parse(text: string, name: string): Record<string, unknown> {
  try {
    const info: unknown = JSON.parse(text);
    if (isObject(info)) return info;
  } catch {
    // said below
  }
  throw new Error(`${name}: its training facts are not a JSON object.`);
}
