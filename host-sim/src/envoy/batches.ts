/** So many are held at a time. */
const batchSize = 256;

/** The same items in arrays of bounded length. */
export async function* batchesOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let batch: Item[] = [];
  const isFull = (item: Item): boolean => batch.push(item) === batchSize;
  if (Symbol.iterator in items) {
    for (const item of items) {
      if (!isFull(item)) continue;
      yield batch;
      batch = [];
    }
  } else {
    for await (const item of items) {
      if (!isFull(item)) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
