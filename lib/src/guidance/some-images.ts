/** Values for some images of a batch, with the rows that they are of. */
import * as tf from "@tensorflow/tfjs-core";

/** Values [rows, height, width, channels], and which row of the batch each is of. */
export interface SomeImages {
  rows: readonly number[];
  values: tf.Tensor4D;
}

/** Some rows of a whole batch; the batch itself where they are all of it. */
export function takeRows(batch: tf.Tensor4D, rows: readonly number[]): tf.Tensor4D {
  return isWhole(rows, batch.shape[0]) ? batch : tf.gather(batch, [...rows]);
}

/** The values of these rows, which must be among those of the images. */
export function valuesOf({ rows, values }: SomeImages, wanted: readonly number[]): tf.Tensor4D {
  return takeRows(
    values,
    wanted.map((row) => rows.indexOf(row)),
  );
}

/** The images that are of other rows. */
export function withoutRows(images: SomeImages, unwanted: readonly number[]): SomeImages {
  const rows = images.rows.filter((row) => !unwanted.includes(row));
  return { rows, values: rows.length > 0 ? valuesOf(images, rows) : images.values };
}

/** All images of a batch, put in order from parts that make it up; a part without rows may be left out. */
export function assembleBatch(parts: readonly SomeImages[]): tf.Tensor4D {
  const filled = parts.filter(({ rows }) => rows.length > 0);
  const rows = filled.flatMap((part) => part.rows);
  const joined =
    filled.length === 1
      ? filled[0].values
      : tf.concat(
          filled.map(({ values }) => values),
          0,
        );
  if (isWhole(rows, rows.length)) return joined;
  const order = [...rows.keys()].sort((a, b) => rows[a] - rows[b]);
  return tf.gather(joined, order);
}

function isWhole(rows: readonly number[], count: number): boolean {
  return rows.length === count && rows.every((row, i) => row === i);
}
