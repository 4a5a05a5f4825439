import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

const callbacks = [
  "request-headers",
  "request-body",
  "response-headers",
  "response-body",
  "log",
  "done",
  "delete",
];
const causes = ["memory", "divide", "overflow", "stack", "table", "after-reply"];

/** A dead VM stays dead: every trap needs a process of its own. */
const dies = (order: string) => ({
  streams: [
    stream("before"),
    stream("trap", {
      headers: [
        ["x-trap", order],
        ["content-length", "4"],
      ],
      body: ["body"],
      response: sized("response"),
    }),
    stream("after", { ...sized("more") }),
    stream("after-get"),
  ],
});

const grows = (...compilerOptions: readonly string[]) => ({
  entry: "grows",
  compilerOptions,
  streams: [stream("grow"), stream("grow-again")],
});

export const probe: Probe = {
  configurations: Object.fromEntries([
    ["grows/unbounded", grows()],
    ["grows/to-a-larger-maximum", grows("--maximumMemory", "20000")],
    ["grows/to-a-smaller-maximum", grows("--maximumMemory", "1000")],
    ["grows/from-more", grows("--initialMemory", "17000")],
    ["grows/from-the-limit", grows("--initialMemory", "16384")],
    ...callbacks.map((callback) => [callback, dies(callback)]),
    ...causes.map((cause) => [cause, dies(`request-headers/${cause}`)]),
  ]),
  streams: [],
};
