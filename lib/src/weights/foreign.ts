/** What a file is that was taken for weights and is something else, told by its first bytes. */

const TO_SAFETENSORS = "turn it into .safetensors first (lib/weights/README.md says how)";

/** How files of other kinds begin, as Latin-1 text after any white space; what they are, and what to do about it. */
const FOREIGN: readonly [starts: readonly string[], what: string][] = [
  [
    ["version https://git-lfs"],
    "a git-lfs pointer, a note of three lines in place of the file; run `git lfs pull` in the clone that it is from",
  ],
  [["PK\x03\x04"], `a zip file, such as torch.save writes; ${TO_SAFETENSORS}`],
  [
    ["\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"],
    `a pickle, such as torch.save wrote before PyTorch 1.6; ${TO_SAFETENSORS}`,
  ],
  [["\x89HDF"], `an HDF5 file, such as Keras writes; ${TO_SAFETENSORS}`],
  [["\x93NUMPY"], "a .npy file, one array without a name"],
  [["\x1f\x8b"], "a gzip file; unpack it first"],
  [
    ["<"],
    "a web page, as a download brings it that went wrong; download the file itself, by its direct link",
  ],
  [["{"], "a JSON text, such as a server's error or a list of other files; download the file itself"],
];

/** "a git-lfs pointer, ...; run ..." for a file of a known kind; undefined for any other. */
export function describeForeign(bytes: Uint8Array): string | undefined {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0; // UTF-8's byte order mark
  const start = String.fromCharCode(...bytes.subarray(mark, mark + 64)).trimStart();
  return FOREIGN.find(([starts]) => starts.some((first) => start.startsWith(first)))?.[1];
}
