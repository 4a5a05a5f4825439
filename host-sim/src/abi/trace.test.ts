import { expect, test } from "vitest";
import { TraceLog } from "../envoy/trace-log.js";
import { letters } from "./host-function.js";
import { traceExport, traceImport } from "./trace.js";

test("the lines are Envoy's: unsigned decimals, void for nothing, and no return after a trap", () => {
  const log = new TraceLog({ next: 0 });
  const sink = log.sink("main");
  const host = traceImport(
    { module: "env", name: "proxy_record_metric" },
    { params: letters("il"), results: letters("i") },
    () => 0,
    sink,
  );
  const guest = traceExport(
    "proxy_on_log",
    { params: letters("i"), results: [] },
    (id) => {
      host(id ?? 0, -7n);
    },
    sink,
  );
  guest(-1);
  const trap = () => {
    throw new Error("trap");
  };
  const trapping = traceExport("proxy_on_tick", { params: letters("i"), results: [] }, trap, sink);
  expect(() => trapping(1)).toThrow("trap");
  sink.line(sink.shape("text", "wasi_unstable proc_exit", []));
  expect(log.lines.map(({ text }) => text)).toEqual([
    "[host->vm] proxy_on_log(4294967295)",
    "[vm->host] env.proxy_record_metric(4294967295, 18446744073709551609)",
    "[vm<-host] env.proxy_record_metric return: 0",
    "[host<-vm] proxy_on_log return: void",
    "[host->vm] proxy_on_tick(1)",
    "wasi_unstable proc_exit",
  ]);
});
