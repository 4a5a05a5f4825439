import { describe, expect, it } from "vitest";

import { compile, compileModule } from "./compile.js";
import { mosnFunctions, MosnHeaders, MosnHost, type MosnMessage } from "./mosn-host.js";

const FOR_MOSN = ["--use", "AS_PROXY_WASM_TARGET=mosn"];

const headerTransform = 'import "./examples/header-transform/assembly/index";';

const configuration = JSON.stringify({
  request: {
    remove: ["x-internal-token"],
    rename: { "x-note": "x-remark" },
    set: { "x-environment": "staging" },
    add: { "x-trace": "mosn" },
  },
  response: { set: { "x-empty": "" } },
});

/** A filter with some members, registered. */
const filter = (members: string, imports = ""): string => `
  import { Body, BodyAction, Headers, HeadersAction, HttpFilter, lastFailure, log, registerHttpFilter,
    TrailersAction ${imports} } from "as-proxy-wasm-sdk";
  class Filter extends HttpFilter { ${members} }
  registerHttpFilter<Filter>("filter");`;

const host = async (source: string, userData = {}): Promise<MosnHost> =>
  new MosnHost(await compileModule(source, FOR_MOSN), userData);

const request = (fields: Record<string, string>, body?: string): MosnMessage => ({
  headers: new MosnHeaders(fields),
  ...(body === undefined ? {} : { body: Buffer.from(body) }),
});

describe("a module for MOSN", () => {
  it("exports what MOSN calls, under its names, and imports only what it has", async () => {
    const module = await compileModule(headerTransform, FOR_MOSN);
    expect(
      WebAssembly.Module.exports(module)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "_start",
      "malloc",
      "memory",
      "proxy_abi_version_0_1_0",
      "proxy_on_configure",
      "proxy_on_context_create",
      "proxy_on_delete",
      "proxy_on_done",
      "proxy_on_request_body",
      "proxy_on_request_headers",
      "proxy_on_request_trailers",
      "proxy_on_response_body",
      "proxy_on_response_headers",
      "proxy_on_response_trailers",
      "proxy_on_vm_start",
    ]);
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      expect(from).toBe("env");
      expect(mosnFunctions).toContain(name);
    }
  });

  it("does with headers what it does in Envoy, whatever their spelling", async () => {
    const mosn = await host(headerTransform, { configuration });
    const stream = mosn.begin();
    const message = request({ "x-internal-token": "secret", "x-note": "n", "x-kept": "k" });
    mosn.request(stream, message);
    const answer = request({ server: "mosn" });
    mosn.response(stream, answer);
    mosn.end(stream);
    expect(message.headers.fields()).toEqual({
      "X-Kept": "k",
      "X-Remark": "n",
      "X-Environment": "staging",
      "X-Trace": "mosn",
    });
    expect(answer.headers.fields()).toEqual({ Server: "mosn", "X-Empty": "" });
    expect(mosn.log).toEqual([]);
  });

  it("says what is wrong with a configuration, and that there is none", async () => {
    expect((await host(headerTransform, { configuration: '{"request":{"remove":"x"}}' })).log).toEqual([
      expect.stringContaining("request.remove"),
    ]);
    expect((await host(headerTransform, { other: "text" })).log).toHaveLength(1);
    expect((await host(headerTransform)).log).toHaveLength(1);
  });

  it("reads a body whole or in part, and changes it at both ends", async () => {
    const mosn = await host(
      filter(`
        onRequestBody(body: Body, endOfStream: bool): BodyAction {
          log.info(\`\${body.size} \${endOfStream} \${String.UTF8.decode(body.slice(2, 3).buffer)} \${body.text()}\`);
          body.prepend(Uint8Array.wrap(String.UTF8.encode("<")));
          body.append(Uint8Array.wrap(String.UTF8.encode(">")));
          return BodyAction.Continue;
        }
        onResponseBody(body: Body, endOfStream: bool): BodyAction {
          body.replaceText("new");
          return BodyAction.Continue;
        }`),
    );
    const stream = mosn.begin();
    const message = request({}, "abcdef");
    const answer = request({}, "old and long");
    mosn.request(stream, message);
    mosn.response(stream, answer);
    expect(mosn.log).toEqual(["6 true cde abcdef"]);
    expect(Buffer.from(message.body!).toString()).toBe("<abcdef>");
    expect(Buffer.from(answer.body!).toString()).toBe("new");
  });

  it("asks for nothing that does not exist in the running callback: that would end MOSN", async () => {
    const mosn = await host(
      filter(`
        onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
          log.info(\`\${endOfStream} \${this.requestBody.size} \${this.responseHeaders.has("a")} \${this.requestTrailers.count}\`);
          log.info(\`\${this.responseHeaders.set("a", "b")} \${this.responseHeaders.remove("a")} \${this.requestBody.clear()}\`);
          return HeadersAction.Continue;
        }
        onDone(): void { log.info(\`\${this.requestHeaders.get("a") === null}: \${lastFailure()}\`); }`),
    );
    const stream = mosn.begin();
    mosn.request(stream, request({ a: "b" }));
    mosn.end(stream);
    expect(mosn.log).toEqual([
      "true 0 false 0",
      "false false false",
      expect.stringMatching(/^true: request headers/),
    ]);
  });

  it("keeps the fields of a filter apart, stream by stream", async () => {
    const mosn = await host(
      filter(`
        user: string = "";
        onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
          const user = headers.get("x-user");
          if (user !== null) this.user = user;
          return HeadersAction.Continue;
        }
        onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
          headers.set("x-user", this.user);
          return HeadersAction.Continue;
        }`),
    );
    const streams = ["a", "b"].map((user) => ({ user, id: mosn.begin() }));
    for (const { user, id } of streams) mosn.request(id, request({ "X-User": user }));
    for (const { user, id } of streams) {
      const answer = request({});
      mosn.response(id, answer);
      expect(answer.headers.get("x-user")).toBe(user);
      mosn.end(id);
    }
  });
});

describe("what MOSN lacks is a compile error that names it and says why:", () => {
  const onRequestHeaders = (statements: string, action = "HeadersAction.Continue") =>
    filter(
      `onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction { ${statements} return ${action}; }`,
    );

  it.each([
    ["sendLocalReply", onRequestHeaders("this.sendLocalReply(403);"), "does not implement answers"],
    ["closeStream", onRequestHeaders("this.closeStream();"), "no way for a module to close"],
    [
      "StopAllIterationAndWatermark",
      onRequestHeaders("", "HeadersAction.StopAllIterationAndWatermark"),
      "goes on with the stream whatever a callback returns",
    ],
    ["HttpRequest", filter("", ", HttpRequest"), "only GET requests"],
    ["GrpcService", filter("", ", GrpcService"), "gRPC"],
    ["currentTimeNanoseconds", filter("", ", currentTimeNanoseconds"), "the part of the time below a second"],
    ["properties", filter("", ", properties"), "every property"],
    ["Counter", filter("", ", Counter"), "metrics"],
    ["SharedQueue", filter("", ", SharedQueue"), "announce nothing"],
    ["onLog", filter("onLog(): void {}"), "never calls it"],
    ["collectRequestBody", onRequestHeaders("this.collectRequestBody(10);"), "in one call of onRequestBody"],
  ])("%s", async (name, source, reason) => {
    const { wasm, output } = await compile(source, FOR_MOSN);
    expect(wasm).toBeNull();
    expect(output).toContain(`'${name}' cannot be used in a filter for MOSN: `);
    expect(output).toContain(reason);
  });

  it("a second registration", async () => {
    const { wasm, output } = await compile(`${filter("")}\nregisterHttpFilter<Filter>("b");`, FOR_MOSN);
    expect(wasm).toBeNull();
    expect(output).toContain("registers one filter");
  });

  it("another target", async () => {
    const { wasm } = await compile(filter(""), ["--use", "AS_PROXY_WASM_TARGET=nginx"]);
    expect(wasm).toBeNull();
  });
});
