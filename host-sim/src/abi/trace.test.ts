import { expect, test } from "vitest";
import { traceExport, traceImport } from "./trace.js";

test("the lines are Envoy's: unsigned decimals, void for nothing, and no return after a trap", () => {
  const lines: string[] = [];
  const sink = (line: string) => lines.push(line);
  const host = traceImport("env", "proxy_record_metric", () => 0, sink);
  const guest = traceExport(
    "proxy_on_log",
    (id) => {
      host(id ?? 0, -7n);
    },
    sink,
  );
  guest(-1);
  expect(() =>
    traceExport(
      "proxy_on_tick",
      () => {
        throw new Error("trap");
      },
      sink,
    )(1),
  ).toThrow("trap");
  expect(lines).toEqual([
    "[host->vm] proxy_on_log(4294967295)",
    "[vm->host] env.proxy_record_metric(4294967295, 18446744073709551609)",
    "[vm<-host] env.proxy_record_metric return: 0",
    "[host<-vm] proxy_on_log return: void",
    "[host->vm] proxy_on_tick(1)",
  ]);
});
