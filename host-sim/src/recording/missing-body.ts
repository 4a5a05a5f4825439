import { firstValue, type HeaderList } from "../byte-string.js";
import { announcedLength, responseHasBody, withContentLength } from "./framing.js";
import { MAX_ENTRY_BYTES } from "./limits.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** What stands in for every byte that was not recorded: `x`, which is text and never valid JSON. */
const PLACEHOLDER_BYTE = 0x78;

/**
 * Replaces missing bodies by placeholder bytes of the recorded size, else of the announced content-length, else by
 * nothing, and says so in the notes. A step that a caller takes on purpose: a missing body is not an empty one.
 */
export function fillMissingBodies(stream: RecordedStream): RecordedStream {
  const notes = [...stream.notes];
  const fill = (message: RecordedMessage, of: "request" | "response", hasBody: boolean): RecordedMessage => {
    if (message.body.kind !== "missing") return message;
    const size = hasBody ? (message.body.size ?? announcedLength(message.headers) ?? 0) : 0;
    if (size > MAX_ENTRY_BYTES) {
      throw new RecordingError(
        "ERR_RECORDING_TOO_LARGE",
        `${stream.source}: the missing ${of} body has ${size} bytes, more than the ${MAX_ENTRY_BYTES} that are filled in`,
      );
    }
    notes.push(`The ${of} body is ${size} placeholder bytes: ${message.body.reason}.`);
    const chunks = size === 0 ? [] : [new Uint8Array(size).fill(PLACEHOLDER_BYTE)];
    return {
      ...message,
      headers: hasBody ? fit(message.headers, size) : message.headers,
      body: { kind: "recorded", chunks },
    };
  };

  const status = stream.response === null ? null : Number(firstValue(stream.response.headers, ":status"));
  const method = firstValue(stream.request.headers, ":method") ?? "";
  return {
    ...stream,
    request: fill(stream.request, "request", true),
    response:
      stream.response === null
        ? null
        : fill(stream.response, "response", responseHasBody(method, status ?? 0)),
    notes,
  };
}

/** Placeholder bytes are not compressed, and as many as they are. */
function fit(headers: HeaderList, size: number): HeaderList {
  return withContentLength(
    headers.filter(([name]) => name !== "content-encoding"),
    size,
  );
}
