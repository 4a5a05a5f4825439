import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  configurations: { default: {} },
  streams: [
    stream("get", {
      path: "/get?q=1",
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
        ],
        body: ["hello"],
        trailers: [["x-sum", "1"]],
      },
    }),
    stream("post", { ...sized("hello"), response: { ...sized("not here"), status: 404 } }),
    stream("reply", { headers: [["x-reply", "1"]] }),
    stream("grpc", {
      response: {
        headers: [["content-type", "application/grpc"]],
        body: ["x"],
        trailers: [["grpc-status", "7"]],
      },
    }),
    stream("unavailable", { response: { status: 503, ...sized("no") } }),
  ],
};
