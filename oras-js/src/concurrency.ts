/**
 * Runs the action for every item, a few at once. A failure aborts the signal of the actions under way and starts no more; it is
 * thrown when all have ended.
 */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  limit: number,
  outer: AbortSignal | undefined,
  action: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const signal = outer === undefined ? failure.signal : AbortSignal.any([outer, failure.signal]);
  const failed: unknown[] = [];
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (;;) {
      if (failed.length > 0) return;
      const { done, value } = queue.next();
      if (done === true) return;
      try {
        signal.throwIfAborted();
        await action(value, signal);
      } catch (error) {
        failed.push(error);
        failure.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker));
  if (failed.length > 0) throw failed[0];
}
