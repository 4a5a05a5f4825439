import { expect, it } from "vitest";

import { requestMessage, responseMessage } from "./http1-message.js";

const bytes = (text: string) => Buffer.from(text, "latin1");
const bodyOf = (message: ReturnType<typeof responseMessage>) =>
  message?.body.kind === "recorded" ? Buffer.concat(message.body.chunks).toString("latin1") : null;

it("reads the request line and the host as pseudo headers", () => {
  const message = requestMessage(
    bytes("POST /a?b HTTP/1.1\r\nhost: x.test\r\nX-A:  1 \r\ncontent-length: 2\r\n\r\nhi"),
  );
  expect(message?.headers).toEqual([
    [":authority", "x.test"],
    [":path", "/a?b"],
    [":method", "POST"],
    [":scheme", "http"],
    ["x-a", "1"],
    ["content-length", "2"],
  ]);
  expect(bodyOf(message)).toBe("hi");
});

it("reads chunks and trailers", () => {
  const message = responseMessage(
    bytes(
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx-sum: 1\r\n\r\n",
    ),
  );
  expect(bodyOf(message)).toBe("abcde");
  expect(message?.trailers).toEqual([["x-sum", "1"]]);
});

it("leaves out what comes before the response", () => {
  const message = responseMessage(bytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"));
  expect(message?.headers).toEqual([[":status", "204"]]);
});

it("gives of a message that was cut what has come", () => {
  const cut = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nfg";
  expect(bodyOf(responseMessage(bytes(cut)))).toBe("abcdefg");
  expect(responseMessage(bytes("HTTP/1.1 200 OK\r\nx-a"))).toBeNull();
});
