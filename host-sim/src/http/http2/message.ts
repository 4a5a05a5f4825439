import type { HeaderList } from "../../byte-string.js";
import type { HttpMessage } from "../exchange.js";
import type { Http2Frame } from "./frame.js";

/** The message that some frames carry, as far as it came; null: not even headers. */
export function messageOfFrames(frames: readonly Http2Frame[]): HttpMessage | null {
  const [headers = null, trailers = null] = frames.flatMap((frame): HeaderList[] =>
    frame.type === "HEADERS" && !isInformational(frame.fields) ? [frame.fields] : [],
  );
  if (headers === null) return null;
  const chunks = frames.flatMap((frame) =>
    frame.type === "DATA" && frame.bytes.length > 0 ? [frame.bytes] : [],
  );
  return { headers, body: { kind: "recorded", chunks }, trailers };
}

/** 1xx comes before the response. */
const isInformational = ([first]: HeaderList) => first?.[0] === ":status" && /^1\d\d$/.test(first[1]);
