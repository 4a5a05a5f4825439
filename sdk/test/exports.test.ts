import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compile, compileModule } from "./compile.js";

const hello = await readFile(new URL("../../examples/hello/assembly/index.ts", import.meta.url), "utf8");

/** What every host needs. */
const required = [
  "_initialize",
  "memory",
  "proxy_abi_version_0_2_1",
  "proxy_on_memory_allocate",
  "proxy_on_vm_start",
];

/** What it takes to remember streams. */
const remembering = [...required, "proxy_on_context_create", "proxy_on_delete"];

const exportsOf = (module: WebAssembly.Module): string[] =>
  WebAssembly.Module.exports(module)
    .map(({ name }) => name)
    .sort();

const importsOf = (module: WebAssembly.Module): string[] =>
  WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);

/** A filter with some members, registered. */
const filter = (members: string, imports = "", after = ""): string => `
  import { HttpFilter, Headers, HeadersAction, Plugin, registerHttpFilter ${imports} } from "as-proxy-wasm-sdk";
  class Filter extends HttpFilter { ${members} }
  registerHttpFilter<Filter>("filter");
  ${after}`;

const onRequestHeaders = `
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-seen", "1");
    return HeadersAction.Continue;
  }`;

describe("Hello", () => {
  it("exports no callback that it does not override and imports only what it calls", async () => {
    const module = await compileModule(hello);
    expect(exportsOf(module)).toEqual([...required, "proxy_on_request_headers"].sort());
    expect(importsOf(module).sort()).toEqual([
      "env.proxy_get_property",
      "env.proxy_log",
      "env.proxy_replace_header_map_value",
    ]);
  });

  it("stays under 1.5 kB", async () => {
    const { wasm } = await compile(hello);
    expect(wasm?.length).toBeLessThanOrEqual(1500);
  });

  it("has no allocator and no collector: its class has no fields", async () => {
    const { wasm } = await compile(hello, ["--debug"]);
    expect(Buffer.from(wasm!).toString("latin1")).not.toContain("~lib/rt/");
  });

  it("leaves the workload of four reads and four writes under 6 kB", async () => {
    const source = new URL("../../test/bench/filters/as-proxy-wasm/assembly/w2.ts", import.meta.url);
    const { wasm } = await compile(await readFile(source, "utf8"));
    expect(wasm?.length).toBeLessThanOrEqual(6000);
  });

  it("compiles to the same bytes every time", async () => {
    expect((await compile(hello)).wasm).toEqual((await compile(hello)).wasm);
  });
});

it("imports no private module of the language's runtime", async () => {
  const folder = new URL("../assembly/", import.meta.url);
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith(".ts"))
      expect(await readFile(new URL(name, folder), "utf8"), name).not.toMatch(/from "~?(lib\/)?rt\//);
  }
});

describe("exports", () => {
  it("adds proxy_on_delete for a filter class with fields, or its objects would stay", async () => {
    const module = await compileModule(filter(`count: i32 = 0; ${onRequestHeaders}`));
    expect(exportsOf(module)).toEqual([...remembering, "proxy_on_request_headers"].sort());
  });

  it("counts callbacks that a class inherits from another class of the program", async () => {
    const module = await compileModule(`
      import { HttpFilter, Headers, HeadersAction, registerHttpFilter } from "as-proxy-wasm-sdk";
      class Base extends HttpFilter { ${onRequestHeaders} }
      class Filter extends Base { onLog(): void {} }
      registerHttpFilter<Filter>("filter");`);
    expect(exportsOf(module)).toEqual([...required, "proxy_on_log", "proxy_on_request_headers"].sort());
  });

  it("exports the plugin's callbacks", async () => {
    const module = await compileModule(`
      import { Configuration, HttpFilter, Plugin, registerHttpFilter } from "as-proxy-wasm-sdk";
      class Settings extends Plugin {
        onConfigure(configuration: Configuration): bool { return configuration.size > 0; }
      }
      class Filter extends HttpFilter { onLog(): void {} }
      registerHttpFilter<Filter, Settings>("filter");`);
    expect(exportsOf(module)).toEqual([...remembering, "proxy_on_configure", "proxy_on_log"].sort());
  });

  it("does not leak the author's own exports", async () => {
    const source = filter(
      onRequestHeaders,
      "",
      "export function mine(): i32 { return 1; } export const also = 2;",
    );
    expect(exportsOf(await compileModule(source))).toEqual([...required, "proxy_on_request_headers"].sort());
  });
});

describe("a method that overrides nothing", () => {
  it.each([
    ["onRequestHeadrs", "onRequestHeaders"],
    ["onrequestheaders", "onRequestHeaders"],
    ["onRequestBodies", "onRequestBody"],
    ["onResponseTrailer", "onResponseTrailers"],
    ["onLogs", "onLog"],
  ])("%s is a compile error that says what was meant", async (name, meant) => {
    const { wasm, output } = await compile(filter(`${name}(): void {}`));
    expect(wasm).toBeNull();
    expect(output).toContain(`'${name}' looks like a callback but overrides nothing in 'HttpFilter'`);
    expect(output).toContain(`Did you mean '${meant}'?`);
    expect(output).toContain("filter.ts(");
  });

  it("is an error in plugin classes too", async () => {
    const { output } = await compile(
      filter(onRequestHeaders, "", "class Mine extends Plugin { onTack(): void {} }"),
    );
    expect(output).toContain("Did you mean 'onTick'?");
  });

  it("may have any other name", async () => {
    expect((await compile(filter(`once(): void {} ${onRequestHeaders}`))).wasm).not.toBeNull();
  });
});

it("refuses a program that registers no filter", async () => {
  const { wasm, output } = await compile(
    'import { HttpFilter } from "as-proxy-wasm-sdk"; class A extends HttpFilter {}',
  );
  expect(wasm).toBeNull();
  expect(output).toContain("No filter is registered");
});

describe("log statements", () => {
  it("build no text when the level is off: the guard stands around the call", async () => {
    const source = filter(
      `onLog(): void {
        if (this.requestHeaders.has("x")) log.debug("a" + this.requestHeaders.get("x")!);
        else log.info("none");
      }`,
      ", log",
    );
    const { wasm } = await compile(source);
    expect(wasm).not.toBeNull();
    const calls: string[] = [];
    const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm!), {
      env: new Proxy(
        {},
        {
          get:
            (_, name: string) =>
            (...args: number[]) => {
              calls.push(name);
              const memory = new DataView((instance.exports["memory"] as WebAssembly.Memory).buffer);
              if (name === "proxy_get_log_level") memory.setUint32(args[0]!, 6, true);
              return name === "proxy_get_property" ? 1 : 0;
            },
        },
      ),
    });
    const call = instance.exports as Record<string, (...args: number[]) => number>;
    call["_initialize"]!();
    call["proxy_on_vm_start"]!(1, 0);
    calls.length = 0;
    call["proxy_on_log"]!(2);
    expect(calls).toEqual(["proxy_get_header_map_value", "proxy_get_log_level"]);
  });
});
