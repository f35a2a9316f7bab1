/**
 * Reads one idx file, plain or packed with gzip. Which of the two is told by
 * its first bytes, not by its name: some browsers unpack a download and keep
 * the `.gz`.
 */
import { constants as buffer } from "node:buffer";
import { readFile, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { constants as zlib, gunzip, gunzipSync, type ZlibOptions } from "node:zlib";
import { MnistFileError } from "./errors";
import { type Idx, type IdxKind, headerBytes, idxLength, parseIdx, readShape, wrongLength } from "./idx";

/** @throws MnistFileError if the file cannot be read, unpacked, or is not a whole idx file of this kind. */
export function readIdx(path: string, kind: IdxKind): Idx {
  const raw = attempt(() => readFileSync(path), unreadable(path));
  if (!isGzip(raw)) return parseIdx(path, kind, raw);
  const { options, onError } = unpacking(path, kind, raw);
  return parseIdx(
    path,
    kind,
    attempt(() => gunzipSync(raw, options), onError),
  );
}

// fs.promises.readFile gathers pieces and joins them: twice the memory of the callback's one buffer.
const readFileAsync = promisify(readFile);
const gunzipAsync: (raw: Uint8Array, options: ZlibOptions) => Promise<Buffer> = promisify(gunzip);

/** The same as readIdx, but disk and gzip work run off the main thread. */
export async function readIdxAsync(path: string, kind: IdxKind): Promise<Idx> {
  const raw = await readFileAsync(path).catch(rethrow(unreadable(path)));
  if (!isGzip(raw)) return parseIdx(path, kind, raw);
  const { options, onError } = unpacking(path, kind, raw);
  return parseIdx(path, kind, await gunzipAsync(raw, options).catch(rethrow(onError)));
}

type Explain = (cause: NodeJS.ErrnoException) => MnistFileError;

function attempt<T>(work: () => T, explain: Explain): T {
  try {
    return work();
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException);
  }
}

function rethrow(explain: Explain): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw explain(error);
  };
}

function unreadable(path: string): Explain {
  return (cause) =>
    new MnistFileError({ path, found: cause.message, expected: "a file that can be read", cause });
}

/** How many times its size a gzip file can have once unpacked: the format's limit is 1032. */
const MOST_UNPACKED = 1100;

function isGzip(raw: Uint8Array): boolean {
  return raw[0] === 0x1f && raw[1] === 0x8b;
}

/**
 * Looks at the header inside a packed file to learn its full length, so that
 * unpacking fills one buffer of the right size and stops at anything longer.
 */
function unpacking(path: string, kind: IdxKind, raw: Uint8Array): { options: ZlibOptions; onError: Explain } {
  const broken: Explain = (cause) =>
    new MnistFileError({
      path,
      found: `a broken gzip file of ${raw.length} bytes (${cause.message})`,
      expected: `a whole gzip file of ${kind}`,
      cause,
    });
  const head = attempt(
    () =>
      gunzipSync(raw.subarray(0, 4096), { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, headerBytes(kind)),
    broken,
  );
  if (head.length === 0) throw broken(new Error("unexpected end of file"));
  const shape = readShape(path, kind, head);
  const length = idxLength(kind, shape);
  return {
    // The chunk is capped so that a header that lies about its size cannot claim much memory; zlib takes none below 64.
    options: {
      maxOutputLength: Math.min(length, buffer.MAX_LENGTH),
      chunkSize: Math.max(Math.min(length + 1, MOST_UNPACKED * raw.length, 2 ** 26), zlib.Z_MIN_CHUNK),
    },
    onError: (cause) =>
      cause.code === "ERR_BUFFER_TOO_LARGE"
        ? wrongLength(path, kind, shape, `more than ${length} bytes once unpacked`, false)
        : broken(cause),
  };
}
