import type { Probe } from "../probe.js";
import { type MessageParts, sized, stream } from "../streams.js";

const orders = ["replace", "prepend", "append", "clear", "splice", "front", "trailers", "nothing"] as const;
const ways = ["pass", "hold", "drop", "watermark"] as const;

const told = (order: string, parts: MessageParts): MessageParts => ({
  ...parts,
  headers: [["x-do", order], ...(parts.headers ?? [])],
});

const chunks: MessageParts = { body: ["Hello ", "World!"] };
const trailers = [
  ["x-checksum", "abc"],
  ["x-drop", "1"],
] as const;

/** Every edit in every way of holding, in both directions. */
const matrix = orders.flatMap((order) =>
  ways.map((way) =>
    stream(`${order}-${way}`, {
      ...told(`${order}-${way}`, chunks),
      response: told(`${order}-${way}`, chunks),
    }),
  ),
);

const streams = [
  ...matrix,
  stream("sized", {
    ...told("replace-hold", sized("ten bytes!")),
    response: told("replace-hold", sized("ten bytes!")),
  }),
  stream("trailers-held", {
    ...told("append-hold", { ...chunks, trailers }),
    response: told("append-hold", { ...chunks, trailers }),
  }),
  stream("trailers-passed", {
    ...told("append-pass", { ...chunks, trailers }),
    response: told("append-pass", { ...chunks, trailers }),
  }),
  stream("trailers-dropped", {
    ...told("nothing-drop", { ...chunks, trailers }),
    response: told("nothing-drop", { ...chunks, trailers }),
  }),
  stream("trailers-alone", {
    ...told("append-hold", { trailers }),
    response: told("append-hold", { trailers }),
  }),
  stream("trailers-made-of-sized", {
    ...told("trailers-hold", sized("abc")),
    response: told("trailers-hold", sized("abc")),
  }),
  stream("response-length-kept-shorter", {
    response: told("clear-hold", {
      headers: [
        ["x-keep-length", "1"],
        ["content-length", "12"],
      ],
      body: ["Hello World!"],
    }),
  }),
  stream("response-length-kept-longer", {
    response: told("append-hold", {
      headers: [
        ["x-keep-length", "1"],
        ["content-length", "12"],
      ],
      body: ["Hello World!"],
    }),
  }),
  stream("request-never-released", told("nothing-always", chunks)),
  stream("response-never-released", { response: told("nothing-always", chunks) }),
];

const large = 40_000;

export const probe: Probe = {
  alsoOverHttp2: ["default", "small-buffer"],
  configurations: {
    default: {},
    "small-buffer": {
      perConnectionBufferLimitBytes: 32_768,
      streams: [
        stream("request-over-limit", told("nothing-hold", { body: [20_000, 20_000] })),
        stream("request-below-limit", told("nothing-hold", { body: [10_000, 20_000] })),
        stream("request-passed", told("nothing-pass", { body: [20_000, 20_000] })),
        stream("response-over-limit", { response: told("nothing-hold", { body: [20_000, 20_000] }) }),
        stream("response-passed", { response: told("nothing-pass", { body: [20_000, large] }) }),
      ],
    },
  },
  streams,
};
