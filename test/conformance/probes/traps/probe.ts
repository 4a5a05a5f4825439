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

export const probe: Probe = {
  configurations: Object.fromEntries([
    ...callbacks.map((callback) => [callback, dies(callback)]),
    ...causes.map((cause) => [cause, dies(`request-headers/${cause}`)]),
  ]),
  streams: [],
};
