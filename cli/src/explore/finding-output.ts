/** What `explore` found: for people, for machines, and as a recording that shows it again. */
import { type RecordedCallout, type RecordedStream, rechunked, writeEventStream } from "as-proxy-wasm-sim";
import type { Finding } from "as-proxy-wasm-sim/explore";

/** The stream that shows it and, where pieces matter, the same in one piece; before them the answers that stood for all. */
export function findingFile(finding: Finding, callouts: readonly RecordedCallout[]): string {
  const { stream } = finding;
  const id = `${finding.kind}-${finding.streamId}`.slice(0, 180);
  const shown: RecordedStream[] = [{ ...stream, id }];
  if (finding.kind === "pieces") shown.push({ ...rechunked("whole")(stream), id: `${id}-in-one-piece` });
  if (finding.kind === "order") {
    const { order: _order, ...rest } = stream;
    shown.push({ ...rest, id: `${id}-in-usual-order` });
  }
  return writeEventStream([...callouts.map((standing) => ({ standing })), ...shown]);
}

export function findingLines(finding: Finding): string[] {
  switch (finding.kind) {
    case "pieces":
    case "order":
      return [
        `${finding.kind}  ${finding.streamId}: another outcome when ${finding.change}`,
        ...finding.differences.map((line) => `  ${line}`),
      ];
    case "growth":
      return [
        `growth  ${finding.streamId}: about ${finding.bytesPerStream} bytes of memory with each stream, in ${finding.callbacks.join(", ")}`,
        `  ${finding.from / 1024} KiB when it was warm, ${finding.to / 1024} KiB after ${finding.replays} replays`,
      ];
    default:
      return [
        `${finding.kind}  ${finding.streamId}: ${finding.explanation}`,
        ...finding.changes.map((change) => `  ${change}`),
      ];
  }
}

/** Without the stream, which is in the file. */
export function findingRecord(finding: Finding): Omit<Finding, "stream"> {
  const { stream: _stream, ...rest } = finding;
  return rest;
}
