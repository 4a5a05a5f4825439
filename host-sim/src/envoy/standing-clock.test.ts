import { expect, test } from "vitest";
import { runOne } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";

const telling = `
  // @ts-ignore
  @external("env", "proxy_get_current_time_nanoseconds") declare function now(out: usize): u32;
  export function proxy_on_request_headers(id: u32, size: u32, end: u32): u32 {
    const time = memory.data(8);
    now(time);
    log(load<u64>(time).toString());
    return 0;
  }`;

test("without a clock of its own every run starts at the same moment", async () => {
  const { logs } = await runOne(telling, stream());
  expect(logs[0]?.text).toMatch(/ 1767225600000000000$/);
});
