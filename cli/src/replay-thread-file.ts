/** Stands where its path is the same from the bundle and from the sources: beside both there is `dist`. */
export const replayThread = new URL("../dist/replay-thread.js", import.meta.url);
