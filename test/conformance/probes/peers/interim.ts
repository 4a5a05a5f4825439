import type { HeaderList } from "as-proxy-wasm-sim";

import { sized, stream, type StreamParts } from "../streams.js";

const answer = (status: string, ...fields: HeaderList): HeaderList => [[":status", status], ...fields];
const expecting = { headers: [["expect", "100-continue"] as const], body: ["abc"] };

const before = (id: string, interim: readonly HeaderList[], parts: StreamParts = {}) =>
  stream(id, { response: sized("answer"), ...parts, interim });

/** Answers before the answer (abi.md E.8): who asks for one, and which go on. */
export const interim = [
  before("none", [], expecting),
  before("expected", [answer("100")], {
    ...expecting,
    order: ["request", "response", "request", "response", "response"],
  }),
  before("unexpected", [answer("100")]),
  before(
    "with-fields",
    [answer("100", ["x-a", "1"], ["connection", "close"], ["server", "probe"])],
    expecting,
  ),
  ...["102", "103", "104", "150", "199"].map((status) =>
    before(status, [answer(status, ["link", "</style.css>; rel=preload"])]),
  ),
  before("two", [answer("100"), answer("103", ["link", "</style.css>"])], expecting),
  before("two-equal", [answer("100"), answer("100")]),
  before("head", [answer("103", ["link", "</style.css>"])], {
    method: "HEAD",
    response: { headers: [["content-length", "6"]] },
  }),
  before("held-response", [answer("103")], { headers: [["x-do", "release-response-body"]] }),
  before("reply-instead", [answer("103")], { headers: [["x-do", "reply-response-headers"]] }),
  before("then-breaks", [answer("103")], { order: ["request", "response", { reset: "upstream" }] }),
  before("client-leaves", [answer("103")], { order: ["request", "response", { reset: "client" }] }),
  stream("after-all-these", { response: sized("answer") }),
];
