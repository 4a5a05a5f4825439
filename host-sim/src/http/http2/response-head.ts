import type { HeaderList } from "../../byte-string.js";
import {
  type BlockProblem,
  invalid,
  lengthProblem,
  regularProblem,
  sizeProblem,
  withCookiesJoined,
} from "./header-block.js";

/** Envoy's `max_response_headers_kb`, and what it takes of trailers. */
export const maximumResponseHeaderBytes = 60 * 1024;

/** What Envoy's HTTP/2 codec refuses in the head of an answer (the case peers/http2-bad-answers of test/conformance). */
export function responseHeadProblem(
  fields: HeaderList,
  { endStream, requestMethod }: { readonly endStream: boolean; readonly requestMethod: string },
): BlockProblem | null {
  // Both may tell the length of a body that does not come.
  const tellsAnothers = requestMethod === "HEAD" || statusOf(fields) === "304";
  return (
    sizeProblem(fields, maximumResponseHeaderBytes) ??
    invalid(
      statusProblem(fields, endStream) ??
        regularProblem(fields) ??
        lengthProblem(fields, endStream && !tellsAnothers),
    )
  );
}

/** The fields as the filters get them: a 204 has no length, not even that of nothing. */
export function responseFields(fields: HeaderList): HeaderList {
  const joined = withCookiesJoined(fields);
  return statusOf(fields) === "204" ? joined.filter(([name]) => name !== "content-length") : joined;
}

/** Another answer follows: 1xx, but 101, which HTTP/2 does not have. */
export const isInterim = (fields: HeaderList) => /^1\d\d$/.test(statusOf(fields) ?? "");

const statusOf = (fields: HeaderList) => fields.find(([name]) => name === ":status")?.[1] ?? null;

function statusProblem(fields: HeaderList, endStream: boolean): string | null {
  const [first, ...rest] = fields;
  if (first?.[0] !== ":status") return ":status is not the first field";
  const pseudo = rest.find(([name]) => name.startsWith(":"));
  if (pseudo !== undefined) return `${pseudo[0]} is no pseudo header behind :status`;
  const status = first[1];
  if (!/^\d{3}$/.test(status)) return ":status is no number of three digits";
  if (status === "101") return "HTTP/2 has no status 101";
  return endStream && isInterim(fields) ? "an interim answer ends the stream" : null;
}
