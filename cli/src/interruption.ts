/** What a verb has to say when Ctrl-C ends it in the middle. */
const words = new Set<() => string>();

/** Until the returned function is called, an interruption prints this sentence. */
export function whenInterrupted(sentence: () => string): () => void {
  words.add(sentence);
  return () => words.delete(sentence);
}

export function interruptionSentences(): readonly string[] {
  return [...words].map((sentence) => sentence());
}

let taker: (() => void) | null = null;

/** Until the returned function is called, the first Ctrl-C does this instead of ending the program; the second ends it. */
export function takeInterruption(handle: () => void): () => void {
  const own = (): void => handle();
  taker = own;
  return () => {
    if (taker === own) taker = null;
  };
}

/** Gives an interruption to the verb that wants it; false: none does. */
export function giveInterruption(): boolean {
  const handle = taker;
  taker = null;
  handle?.();
  return handle !== null;
}
