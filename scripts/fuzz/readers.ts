/** The readers of the course's files: for each small whole files, and a check of what it makes of a damaged one. */
import { checkpoint, idx, npy, safetensors, weights } from "./binary-readers";
import { board, notebook, sheet, study } from "./json-readers";

/** A reader, and how it is tried. */
export interface Reader {
  /** Whole files, which it accepts. */
  wholes: Buffer[];
  /**
   * Reads a damaged file, and checks what comes back against its bytes.
   * @throws what the reader throws; AssertionError where it gave something that is not in the file
   */
  read: (bytes: Buffer) => void;
}

/** Readers by name; each makes its small files in a folder of its own. */
export const READERS: Record<string, (folder: string) => Reader> = {
  "idx images": (folder) => idx(folder, "images", false),
  "idx labels": (folder) => idx(folder, "labels", false),
  "idx images, gzip": (folder) => idx(folder, "images", true),
  "idx labels, gzip": (folder) => idx(folder, "labels", true),
  npy,
  safetensors,
  weights,
  checkpoint,
  study,
  sheet,
  board,
  notebook,
};
