// A plugin as access logger (abi.md E.2): what its root sees of a stream that ends, and what has no effect there.
import { proxy_close_stream, proxy_continue_stream } from "../../assembly/env";
import {
  addHeader,
  bufferStatus,
  enter,
  getBuffer,
  getHeader,
  getProperty,
  log,
  mapSize,
  pairs,
  propertyHex,
  sendLocalResponse,
  setProperty,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_log(context: i32): void {
  enter();
  log(getProperty("plugin_name") + " log " + context.toString());
  for (let map = 0; map < 8; map++)
    log(
      map.toString() +
        ": " +
        pairs(map) +
        ", size " +
        mapSize(map) +
        ", get " +
        getHeader(map, "x-any") +
        ", add " +
        addHeader(map, "a", "b").toString(),
    );
  log("buffers " + getBuffer(0, 0, 10) + " " + getBuffer(1, 0, 10) + " " + bufferStatus(0));
  log(
    "path " +
      getProperty("request.path") +
      ", code " +
      propertyHex("response.code") +
      ", details " +
      getProperty("response.code_details") +
      ", flags " +
      propertyHex("response.flags"),
  );
  log(
    "k " +
      getProperty("k") +
      ", whole " +
      getProperty("filter_state.wasm.k") +
      ", id " +
      propertyHex("connection_id") +
      ", set " +
      setProperty("k", "x").toString(),
  );
  log(
    "reply " +
      sendLocalResponse(500, "late", "", []).toString() +
      ", continue " +
      proxy_continue_stream(0).toString() +
      ", close " +
      proxy_close_stream(0).toString(),
  );
}

export function proxy_on_done(context: i32): i32 {
  enter();
  log(getProperty("plugin_name") + " done " + context.toString());
  return 1;
}

export function proxy_on_delete(context: i32): void {
  enter();
  log(getProperty("plugin_name") + " delete " + context.toString());
}
