import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { fetchBytes } from "../content.js";
import { end, startRegistry } from "../testing/registry.js";
import { blob, open, registry, useRegistry } from "../testing/hello-repository.js";
import { Repository } from "./repository.js";

useRegistry();

describe("a registry that does not answer", () => {
  test("refused connection", async () => {
    const gone = await startRegistry();
    const { host } = gone;
    await gone.stop();
    await expect(new Repository(`${host}/a`).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_CONNECTION_REFUSED",
      hint: `Is a registry running at ${host}?`,
    });
  });

  test("silence ends after the idle timeout, and a signal ends it earlier", async () => {
    registry.intercept = () => new Promise(() => undefined);
    await expect(open({ idleTimeoutMs: 50, retry: { attempts: 1 } }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_TIMEOUT",
    });
    const signal = AbortSignal.timeout(50);
    await expect(open().resolve("v1", { signal })).rejects.toBe(await signalReason(signal));
  });

  test("a body that stops in the middle ends after the idle timeout", async () => {
    registry.intercept = (_, response) => {
      response.writeHead(200, { "content-length": "5" });
      response.write("he");
      return true;
    };
    await expect(fetchBytes(open({ idleTimeoutMs: 100 }), blob)).rejects.toMatchObject({
      code: "ORAS_TIMEOUT",
    });
  });

  test("a request that takes too long altogether ends, bytes moving or not", async () => {
    registry.intercept = (_, response) => {
      response.writeHead(200, { "content-length": "5" });
      const drop = setInterval(() => response.write("h"), 30);
      response.on("close", () => clearInterval(drop));
      return true;
    };
    const slow = open({ requestTimeoutMs: 80 });
    await expect(fetchBytes(slow, { ...blob, size: 5 })).rejects.toMatchObject({
      code: "ORAS_TIMEOUT",
      message: expect.stringMatching(/took more than 80 ms while fetching sha256:/),
    });
  });

  test("https to a plain server and http to a TLS server say so", async () => {
    await expect(open({ plainHttp: false }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_SERVER_SPEAKS_HTTP",
    });
    registry.intercept = (_, response) => {
      end(response, 400, {}, "Client sent an HTTP request to an HTTPS server.\n");
      return true;
    };
    await expect(open().fetch(blob)).rejects.toMatchObject({ code: "ORAS_SERVER_SPEAKS_TLS" });
  });

  test("a server that does not speak HTTP at all", async () => {
    const server = createServer((socket) => socket.resume().end("220 smtp ready\r\n"));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    await expect(new Repository(`127.0.0.1:${port}/a`).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_PROTOCOL",
    });
    await new Promise((stopped) => server.close(stopped));
  });
});

function signalReason(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener("abort", () => resolve(signal.reason));
  });
}

test("TLS: an unknown authority is refused, a given one trusted", async () => {
  const { key, cert } = await import("../testing/certificate.js");
  const server = createTlsServer({ key, cert }, (_, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}/a`;
  try {
    await expect(new Repository(name, { plainHttp: false }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_UNTRUSTED_CERTIFICATE",
    });
    await expect(new Repository(name, { plainHttp: false, ca: cert }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_NOT_FOUND",
    });
  } finally {
    server.closeAllConnections();
    await new Promise((stopped) => server.close(stopped));
  }
});
