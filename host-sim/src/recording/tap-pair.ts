import type { ExpectedMessage, RecordedExpectation } from "./recorded-expectation.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/**
 * One stream out of the traces of two streaming taps around a filter: what came in before it, and the upstream's answer behind it, with
 * what the filter made of both as the expectation. `behind` is null where the tap behind the filter saw no request: the filter answered.
 */
export function joinTaps(before: RecordedStream, behind: RecordedStream | null): RecordedStream {
  return {
    ...before,
    response: behind?.response ?? null,
    expect: expectation(before, behind),
    notes: [...new Set([...before.notes, ...(behind?.notes ?? [])])].filter((note) => note !== NO_RESPONSE),
  };
}

/** Of the trace behind a filter that answers by itself this is no loss. */
const NO_RESPONSE = "The trace has no response.";

function expectation(before: RecordedStream, behind: RecordedStream | null): RecordedExpectation {
  return {
    upstream: behind === null ? null : expected(behind.request, behind),
    ...(before.response === null ? {} : { response: expected(before.response, before) }),
    ...(behind?.response == null ? {} : { localReply: null }),
  };
}

function expected({ headers, body, trailers }: RecordedMessage, { source }: RecordedStream): ExpectedMessage {
  if (body.kind === "missing") {
    throw new RecordingError(
      "ERR_RECORDING_BAD_FIELD",
      `${source}: what the filter made of a body is missing: ${body.reason}`,
      { hint: "Raise max_buffered_rx_bytes and max_buffered_tx_bytes of both taps, and record again." },
    );
  }
  // Framing is the codec's, behind the taps; the reader of the trace has added it.
  const seen = headers.filter(([name]) => name !== "transfer-encoding");
  return { headers: seen, body: new Uint8Array(Buffer.concat(body.chunks)), trailers };
}
