import type { OutgoingHttpHeaders } from "node:http2";

import type { Fields } from "../http1/message.js";

/** Node's headers object: values of the same name become a list. */
export function headersOf(fields: Fields): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** The fields of Node's flat list of names and values; that list keeps order and repetition. */
export function fieldsOf(raw: readonly string[]): Fields {
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) fields.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return fields;
}
