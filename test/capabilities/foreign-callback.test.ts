// proxy_on_foreign_function is the one callback that stock Envoy never makes, so a host of a few lines makes it.

import { readFile } from "node:fs/promises";

import { expect, it } from "vitest";

import { compileSnippet, snippetsOf } from "./guide.js";

const NOT_FOUND = 1;

it("gives a foreign call to the plugin that is asked", async () => {
  const snippet = (await snippetsOf("foreign-functions")).find(({ name }) => name === "asked");
  const module = await WebAssembly.compile(await readFile(await compileSnippet(snippet!)));

  const logged: string[] = [];
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => NOT_FOUND;
  }
  const env = {
    ...imports["env"],
    proxy_log(_level: number, text: number, size: number): number {
      const memory = instance.exports["memory"] as WebAssembly.Memory;
      logged.push(Buffer.from(memory.buffer, text, size).toString());
      return 0;
    },
  };
  const instance = await WebAssembly.instantiate(module, { ...imports, env });
  const call = (name: string, ...args: number[]) =>
    (instance.exports[name] as (...args: number[]) => number)(...args);

  call("_initialize");
  if ("proxy_on_context_create" in instance.exports) call("proxy_on_context_create", 1, 0);
  expect(call("proxy_on_vm_start", 1, 0)).toBe(1);
  call("proxy_on_foreign_function", 1, 42, 7);

  expect(logged).toEqual(["function 42, 7 bytes"]);
});
