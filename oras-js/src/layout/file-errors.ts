import { OrasError } from "../errors.js";

/** How much of a file is read at once: much less would be many calls for a large blob. */
export const readBytes = 512 * 1024;

/** Runs something on a file, its failure in words. */
export async function io<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw ioError(path, error);
  }
}

export function ioError(path: string, cause: unknown): OrasError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new OrasError("ORAS_LAYOUT_IO", `${path} cannot be read or written: ${reason}`, {
    hint: "Check that it and its folder exist, that you may write there and that the disk is not full.",
    cause,
  });
}

/** What a file gives, its failures in words, an abort as the signal's own reason. */
export async function* translated(
  source: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* source;
  } catch (error) {
    signal?.throwIfAborted();
    throw ioError(path, error);
  }
}
