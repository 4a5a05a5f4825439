import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
  configurations: {
    default: { configuration: '{"a":1}', vmConfiguration: "vm" },
    struct: {
      entry: "struct",
      plugin: { configuration: { struct: { b: "text", a: [1, null, true], c: { d: 1.5 } } } },
      streams: [],
    },
    octets: { entry: "struct", plugin: { configuration: Uint8Array.of(0, 255, 128, 10) }, streams: [] },
    unconfigured: { rootId: "" },
  },
  streams: [
    stream("get", {
      path: "/get?q=1&r=2",
      headers: [
        ["user-agent", "probe"],
        ["referer", "http://from.test/"],
        ["x-two", "a"],
        ["x-two", "b"],
        ["x-request-id", "4a1c"],
      ],
      response: {
        headers: [
          ["x-two", "c"],
          ["x-two", "d"],
          ["content-length", "5"],
        ],
        body: ["hello"],
      },
    }),
    stream("post", { ...sized("hello"), response: { ...sized("not here"), status: 404 } }),
  ],
};
