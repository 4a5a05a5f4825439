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
