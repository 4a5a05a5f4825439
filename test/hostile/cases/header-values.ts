import { answer, field, type Fields, fieldValues, http1, http2 } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal } from "../case.js";
import type { RowId } from "../rows.js";

/** Octets that are not UTF-8, in every way: alone, cut sequences, overlong, surrogates, all there are from 0x80 on. */
const NOT_UTF8 = [
  "\xff",
  "caf\xe9",
  "\xc3",
  "\xe2\x82",
  "\xc0\xaf",
  "\xed\xa0\x80",
  "\xf5\x80\x80\x80",
  allHigh(),
];

function allHigh(): string {
  return Array.from({ length: 128 }, (_, at) => String.fromCharCode(128 + at)).join("");
}

interface Sent {
  readonly row: RowId;
  readonly name: string;
  readonly headers: Fields;
  /** What the receiver must have, besides what was sent. */
  readonly copied: Fields;
}

const SENT: readonly Sent[] = [
  ...NOT_UTF8.map((value, at): Sent => ({
    row: "not-utf8",
    name: `value that is not UTF-8 (${at + 1}), read and copied`,
    headers: [["x-in", value]],
    copied: [
      ["x-out", value],
      ["x-saw", "present"],
    ],
  })),
  {
    row: "not-utf8",
    name: "values that are not UTF-8, iterated over and copied",
    headers: NOT_UTF8.map((value, at) => [`x-each-${at}`, value]),
    copied: NOT_UTF8.map((value, at) => [`x-copy-${at}`, value]),
  },
  {
    row: "other-header",
    name: "value that is not UTF-8 in a header that is only passed over",
    headers: [
      ["x-noise", allHigh()],
      ["x-each-a", "b"],
    ],
    copied: [
      ["x-copy-a", "b"],
      ["x-saw", "absent"],
    ],
  },
  {
    row: "large-and-odd",
    name: "value of 50 KiB",
    headers: [["x-in", "v".repeat(50 * 1024)]],
    copied: [["x-out", "v".repeat(50 * 1024)]],
  },
  {
    row: "large-and-odd",
    name: "90 headers of one name",
    headers: Array.from({ length: 90 }, (_, at): [string, string] => ["x-many", `${at}`]),
    copied: [["x-many-count", "90"]],
  },
  {
    row: "large-and-odd",
    name: "value with tabs",
    headers: [["x-in", "a\tb\t\tc"]],
    copied: [["x-out", "a\tb\t\tc"]],
  },
  {
    row: "large-and-odd",
    name: "names of odd token characters",
    headers: [["x-each-!#$%&'*+.^`|~", "odd"]],
    copied: [["x-copy-!#$%&'*+.^`|~", "odd"]],
  },
  {
    row: "empty-value",
    name: "empty value",
    headers: [["x-in", ""]],
    copied: [
      ["x-out", ""],
      ["x-saw", "empty"],
    ],
  },
];

/** Where it passes the filter, and who receives it then. */
const WAYS: readonly {
  readonly name: string;
  send(bench: Bench, headers: Fields): Promise<Fields>;
}[] = [
  {
    name: "HTTP/1 request",
    send: async (bench, headers) => {
      const response = await http1(bench.port("headers"), { headers });
      equal(response.status, 200, "the status");
      return bench.upstreamRequest()?.headers ?? [];
    },
  },
  {
    name: "HTTP/2 request",
    send: async (bench, headers) => {
      const response = await http2(bench.port("headers"), { headers });
      equal(response.status, 200, "the status");
      return bench.upstreamRequest()?.headers ?? [];
    },
  },
  {
    name: "response of an HTTP/1 upstream",
    send: async (bench, headers) => {
      bench.upstream.script = () => answer(200, headers, "ok\n");
      const response = await http1(bench.port("headers"));
      equal(response.status, 200, "the status");
      return response.headers;
    },
  },
  {
    name: "response of an HTTP/2 upstream to an HTTP/2 client",
    send: async (bench, headers) => {
      bench.upstream2.script = ({ stream }) => {
        const object: Record<string, string | string[]> = {};
        for (const [name, value] of headers)
          object[name] = object[name] === undefined ? value : [object[name], value].flat();
        stream.respond({ ":status": 200, ...object });
        stream.end("ok\n");
      };
      const response = await http2(bench.port("headers"), { path: "/h2" });
      equal(response.status, 200, "the status");
      return response.headers;
    },
  },
];

/** Each kind of value in each direction and protocol. */
export const headerValues: readonly Case[] = SENT.flatMap(({ row, name, headers, copied }) =>
  WAYS.map((way): Case => ({
    row,
    name: `${name}: ${way.name}`,
    station: "headers",
    run: async (bench) => {
      const received = await way.send(bench, headers);
      for (const [key, value] of copied) equal(field(received, key), value, key);
      // What was sent is still there, in order.
      for (const key of new Set(headers.map(([one]) => one)))
        equal(fieldValues(received, key), fieldValues(headers, key), key);
    },
  })),
);
