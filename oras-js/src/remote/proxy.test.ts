import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchBytes, pushBytes } from "../content.js";
import { bytes, fast, registry, useRegistry } from "../testing/hello-repository.js";
import { startProxy, type TestProxy } from "../testing/proxy.js";
import { type ProxyEnvironment, proxyFor } from "./proxy.js";
import { Repository, type RepositoryOptions } from "./repository.js";

describe("which proxy leads to a URL", () => {
  const all = { HTTP_PROXY: "plain.example:3128", HTTPS_PROXY: "http://secure.example:8080/" };
  test.each<[string, ProxyEnvironment, string | undefined]>([
    ["https://ghcr.io/v2/", all, "http://secure.example:8080"],
    ["http://ghcr.io/v2/", all, "http://plain.example:3128"],
    ["https://ghcr.io/v2/", { https_proxy: "https://small.example", ...all }, "https://small.example"],
    ["https://ghcr.io/v2/", {}, undefined],
    ["https://ghcr.io/v2/", { HTTPS_PROXY: "" }, undefined],
    ["http://ghcr.io/v2/", { HTTP_PROXY: "plain.example", REQUEST_METHOD: "GET" }, undefined],
    ["https://localhost:5000/", all, undefined],
    ["https://127.0.0.1:5000/", all, undefined],
    ["https://[::1]:5000/", all, undefined],
  ])("%s with %j: %s", (url, environment, expected) => {
    expect(proxyFor(new URL(url), environment)?.url.origin).toBe(expected);
  });

  test.each([
    ["https://ghcr.io/", "*", true],
    ["https://ghcr.io/", "example.com, ghcr.io", true],
    ["https://a.ghcr.io/", "ghcr.io", true],
    ["https://a.ghcr.io/", ".ghcr.io", true],
    ["https://a.ghcr.io/", "*.ghcr.io", true],
    ["https://notghcr.io/", "ghcr.io", false],
    ["https://GHCR.io/", "ghcr.IO", true],
    ["https://ghcr.io:5000/", "ghcr.io:5000", true],
    ["https://ghcr.io/", "ghcr.io:443", true],
    ["https://ghcr.io:5000/", "ghcr.io:5001", false],
    ["https://10.1.2.3/", "10.0.0.0/8", true],
    ["https://11.1.2.3/", "10.0.0.0/8", false],
    ["https://10.1.2.3/", "10.1.2.3", true],
    ["https://10.1.2.3/", "2.3", false],
    ["https://[fd00::1]/", "fd00::/8", true],
    ["https://[fd00::1]/", "fd00::1", true],
    ["https://[fd00::1]:5000/", "[fd00::1]:5000", true],
    ["https://ghcr.io/", "10.0.0.0/99", false],
  ])("%s is reached directly with NO_PROXY=%s: %s", (url, list, direct) => {
    const found = proxyFor(new URL(url), { HTTPS_PROXY: "proxy.example", NO_PROXY: list });
    expect(found === undefined).toBe(direct);
  });

  test("its user name and password become a header, and stand in no URL", () => {
    const found = proxyFor(new URL("https://ghcr.io"), {
      HTTPS_PROXY: "http://me:s%40cret@proxy.example:3128",
    });
    expect(found).toEqual({
      url: new URL("http://proxy.example:3128"),
      authorization: `Basic ${Buffer.from("me:s@cret").toString("base64")}`,
    });
  });

  test.each(["socks5://me:s3cret@proxy.example", "http://me:s3cret@:99999"])(
    "%s is refused, not shown",
    (text) => {
      expect(() => proxyFor(new URL("https://ghcr.io"), { HTTPS_PROXY: text })).toThrow(
        expect.objectContaining({
          code: "ORAS_PROXY",
          message: "HTTPS_PROXY is not the address of an HTTP proxy",
        }),
      );
    },
  );
});

describe("through a proxy", () => {
  useRegistry();
  let proxy: TestProxy;
  beforeEach(async () => void (proxy = await startProxy(registry.host)));
  afterEach(() => proxy.stop());

  const open = (options: RepositoryOptions = {}): Repository =>
    new Repository("registry.test/filters/hello", {
      plainHttp: true,
      retry: fast,
      ...environment(),
      ...options,
    });
  const environment = () => ({
    environment: {
      HTTP_PROXY: `http://me:s3cret@${proxy.address}`,
      HTTPS_PROXY: `http://me:s3cret@${proxy.address}`,
    },
  });
  const authorization = `Basic ${Buffer.from("me:s3cret").toString("base64")}`;

  test("a plain registry is asked by its whole URL", async () => {
    const blob = await pushBytes(open(), "text/plain", bytes);
    expect(Buffer.from(await fetchBytes(open(), blob)).toString()).toBe("hello");
    expect(proxy.seen[0]).toEqual({
      line: `HEAD http://registry.test/v2/filters/hello/blobs/${blob.digest}`,
      authorization,
    });
    expect(registry.blobs.has(blob.digest)).toBe(true);
  });

  test("a registry with TLS through a tunnel, of which the proxy sees the name; it is used again", async () => {
    const { key, cert } = await import("../testing/certificate.js");
    const server = createServer({ key, cert }, (_, response) =>
      response.writeHead(404, { "content-length": "0" }).end(),
    );
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const secure = await startProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      const repository = open({
        plainHttp: false,
        ca: cert,
        environment: { HTTPS_PROXY: `http://me:s3cret@${secure.address}` },
      });
      for (let count = 0; count < 3; count++) {
        await expect(repository.resolve("v1")).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
        // The connection comes back when the answer is read to its end.
        await sleep(10);
      }
      expect(secure.seen).toEqual([{ line: "CONNECT registry.test:443", authorization }]);
    } finally {
      await secure.stop();
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    }
  });

  test.each([true, false])(
    "one that refuses is named, its password is not (plain: %s)",
    async (plainHttp) => {
      for (const [status, message] of [
        [407, `The proxy ${proxy.address} wants a login`],
        [503, expect.stringMatching(/^The proxy .* answers 503 when asked for/)],
      ] as const) {
        // In plain HTTP only 407 is the proxy's own answer for sure.
        if (plainHttp && status !== 407) continue;
        proxy.refuse = status;
        await expect(open({ plainHttp }).resolve("v1")).rejects.toMatchObject({
          code: "ORAS_PROXY",
          message,
        });
      }
      const { address } = proxy;
      await proxy.stop();
      const gone = open({ plainHttp, ...environment() }).resolve("v1");
      await expect(gone).rejects.toMatchObject({
        code: "ORAS_PROXY",
        message: `The proxy ${address} cannot be reached: ECONNREFUSED`,
      });
      proxy = await startProxy(registry.host);
    },
  );

  test("a signal ends the wait for a tunnel, and so does the time limit", async () => {
    proxy.silent = true;
    const waiting = (options: RepositoryOptions, signal?: AbortSignal) =>
      open({ plainHttp: false, ...options }).resolve("v1", signal === undefined ? {} : { signal });
    const abort = new AbortController();
    const ended = waiting({}, abort.signal);
    setTimeout(() => abort.abort(new Error("enough")), 20);
    await expect(ended).rejects.toThrow("enough");
    await expect(waiting({ idleTimeoutMs: 20 })).rejects.toMatchObject({
      code: "ORAS_PROXY",
      message: `The proxy ${proxy.address} cannot be reached: it is silent`,
    });
    await expect(waiting({ requestTimeoutMs: 20 })).rejects.toMatchObject({ code: "ORAS_TIMEOUT" });
  });
});
