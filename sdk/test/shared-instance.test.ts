import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compileModule } from "./compile.js";
import { bodyOf, logged, start, statusOf, stream } from "./simulated.js";

// One object for all streams, and nothing remembered of them (decision 0002): who may do without, and what answering is then.

const filter = (members: string, after = ""): string => `
  import { Headers, HeadersAction, HttpFilter, lastFailure, log, registerHttpFilter } from "as-proxy-wasm-sdk";
  class Filter extends HttpFilter {
    onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
      this.refuse();
      return HeadersAction.Continue;
    }
    private refuse(): void {
      this.sendLocalReply(401, "no");
    }
    ${members}
  }
  ${after}
  registerHttpFilter<Filter>("test");`;

const remembers = async (source: string): Promise<boolean> =>
  WebAssembly.Module.exports(await compileModule(source)).some(
    ({ name }) => name === "proxy_on_context_create",
  );

describe("a filter that answers requests", () => {
  it("remembers nothing when no callback of the response could answer", async () => {
    const onResponse = `onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
      headers.set("x-seen", "1");
      return HeadersAction.Continue;
    }`;
    expect(await remembers(filter(onResponse))).toBe(false);
  });

  it.each([
    ["itself", "this.sendLocalReply(502);"],
    ["by a method", "this.refuse();"],
    ["by a function", "close(this);"],
    ["by a variable", "shut(this);"],
  ])("remembers its streams when a callback of the response answers %s", async (_, statement) => {
    const onResponse = `onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
      ${statement}
      return HeadersAction.Continue;
    }`;
    const after = `
      function close(filter: HttpFilter): void { filter.sendLocalReply(502); }
      const shut = (filter: HttpFilter): void => close(filter);`;
    expect(await remembers(filter(onResponse, after))).toBe(true);
  });

  it("makes a small module: the one that npm create begins with", async () => {
    const template = new URL("../../create/templates/http/assembly/index.ts", import.meta.url);
    const module = await compileModule(await readFile(template, "utf8"), ["--debug"]);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).not.toContain("proxy_on_delete");
    expect(
      WebAssembly.Module.customSections(module, "name")
        .map((names) => Buffer.from(names).toString())
        .join(),
    ).not.toContain("~lib/rt/");
  });

  it("answers once, in every stream anew", async () => {
    const envoy = await start(`
      import { Headers, HeadersAction, HttpFilter, lastFailure, log, registerHttpFilter } from "as-proxy-wasm-sdk";
      class Filter extends HttpFilter {
        onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
          const first = this.sendLocalReply(403, "first");
          const second = this.sendLocalReply(500, "second");
          log.info(first.toString() + " " + second.toString() + " " + lastFailure());
          return HeadersAction.Continue;
        }
      }
      registerHttpFilter<Filter>("test");`);
    for (let i = 0; i < 3; i++) {
      const exchange = await envoy.replay(stream());
      expect([statusOf(exchange), bodyOf(exchange.response)]).toEqual(["403", "first"]);
      expect(logged(exchange)).toEqual([expect.stringMatching(/^true false .*answered/)]);
    }
  });
});
