import type { HeaderPair } from "../byte-string.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { request, type AnswerParts } from "./request.js";

/** What is needed of a `Request` of fetch. */
export interface WebRequest extends WebBody {
  readonly method: string;
  readonly url: string;
}

/** What is needed of a `Response` of fetch. */
export interface WebResponse extends WebBody {
  readonly status: number;
}

interface WebBody {
  /** Names and values as byte strings, as fetch gives them. */
  readonly headers: { forEach(each: (value: string, name: string) => void): void };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * The stream of a `Request` of fetch and, instead of 200, a `Response`; reads their bodies. `Headers` joins values of one name with
 * commas and has its own order: where that matters, use `request`.
 */
export async function webRequest(
  from: WebRequest,
  answer?: WebResponse | AnswerParts | null,
): Promise<RecordedStream> {
  const { method, url } = from;
  const { host, pathname, search, protocol } = new URL(url);
  const answered =
    answer !== null && answer !== undefined && "arrayBuffer" in answer
      ? { status: answer.status, ...(await bodyAndHeaders(answer)) }
      : answer;
  return request(
    {
      method,
      path: pathname + search,
      authority: host,
      scheme: protocol === "https:" ? "https" : "http",
      ...(await bodyAndHeaders(from)),
    },
    answered,
  );
}

async function bodyAndHeaders(message: WebBody) {
  const headers: HeaderPair[] = [];
  message.headers.forEach((value, name) => headers.push([name, value]));
  const body = new Uint8Array(await message.arrayBuffer());
  return body.length === 0 ? { headers } : { headers, body };
}
