import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
  configurations: {
    default: { configuration: '{"a":1}', vmConfiguration: "vm" },
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
