// Metrics, properties and the other services, right and wrong: the statuses are the point.
import * as env from "../../assembly/env";
import {
  configuration,
  defineMetric,
  enter,
  getBuffer,
  getMetric,
  getProperty,
  log,
  logLevel,
  metricId,
  propertyHex,
  setProperty,
  statusOf,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let counter: i32 = 0;
let gauge: i32 = 0;

function metrics(): void {
  log(
    "define " +
      defineMetric(0, "probe.counter") +
      ", again " +
      defineMetric(0, "probe.counter") +
      ", type 3 " +
      defineMetric(3, "probe.none"),
  );
  counter = metricId(0, "probe.counter");
  gauge = metricId(1, "probe_gauge=a;.");
  const histogram = metricId(2, "probe.histogram");
  log("ids " + counter.toString() + " " + gauge.toString() + " " + histogram.toString());
  log(
    "counter +3 " +
      env.proxy_increment_metric(counter, 3).toString() +
      ", +0 " +
      env.proxy_increment_metric(counter, 0).toString() +
      ", -1 " +
      env.proxy_increment_metric(counter, -1).toString() +
      ", record 4 " +
      env.proxy_record_metric(counter, 4).toString() +
      ", get " +
      getMetric(counter),
  );
  log(
    "gauge set 9 " +
      env.proxy_record_metric(gauge, 9).toString() +
      ", -2 " +
      env.proxy_increment_metric(gauge, -2).toString() +
      ", +0 " +
      env.proxy_increment_metric(gauge, 0).toString() +
      ", get " +
      getMetric(gauge),
  );
  log(
    "histogram record " +
      env.proxy_record_metric(histogram, 5).toString() +
      ", increment " +
      env.proxy_increment_metric(histogram, 1).toString() +
      ", get " +
      getMetric(histogram),
  );
  log(
    "unknown " +
      env.proxy_increment_metric(400, 1).toString() +
      " " +
      env.proxy_record_metric(401, 1).toString() +
      " " +
      getMetric(400) +
      " " +
      getMetric(401) +
      " " +
      getMetric(402) +
      " " +
      getMetric(403) +
      " " +
      env.proxy_increment_metric(7, 1).toString() +
      " " +
      env.proxy_record_metric(7, 1).toString(),
  );
}

const PLAIN =
  "request.path request.url_path request.host request.scheme request.method request.query request.referer request.useragent request.id request.protocol request.headers.x-two response.code_details response.headers.x-two plugin_name plugin_root_id plugin_vm_id xds.node.id xds.node.cluster node cluster_name route_name listener_direction unknown";
const ENCODED =
  "request.headers_bytes request.size request.total_size response.code response.flags response.size response.total_size connection.mtls";

function properties(callback: string): void {
  const plain = PLAIN.split(" ");
  let line = callback + " properties:";
  for (let i = 0; i < plain.length; i++) line += "\n" + plain[i] + " " + getProperty(plain[i]);
  const encoded = ENCODED.split(" ");
  for (let i = 0; i < encoded.length; i++) line += "\n" + encoded[i] + " " + propertyHex(encoded[i]);
  log(line);
  log(
    "request " +
      getProperty("request") +
      ", empty path " +
      getProperty("") +
      ", headers " +
      // Their order is that of a hash map.
      propertyHex("request.headers").split(":")[0],
  );
}

export function proxy_on_context_create(context: i32, parent: i32): void {
  enter();
  log("create " + context.toString() + " " + parent.toString() + ": " + getBuffer(7, 0, 100));
}

export function proxy_on_vm_start(context: i32, size: i32): i32 {
  enter();
  log("vm start " + size.toString() + ": vm " + getBuffer(6, 0, 100) + ", plugin " + getBuffer(7, 0, 100));
  return 1;
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  const text = configuration();
  log(
    "configure " +
      size.toString() +
      ": " +
      (text === null ? "none" : text) +
      ", part " +
      getBuffer(7, 2, 3) +
      ", vm " +
      getBuffer(6, 0, 100),
  );
  log(
    "plugin " +
      getProperty("plugin_name") +
      " " +
      getProperty("plugin_root_id") +
      " " +
      getProperty("plugin_vm_id") +
      " node " +
      getProperty("xds.node.id") +
      " request " +
      getProperty("request.path"),
  );
  log("set in root " + setProperty("k", "v").toString());
  log("level " + logLevel() + ", status " + statusOf());
  metrics();
  for (let level = 0; level < 8; level++) {
    const data = String.UTF8.encode("at level " + level.toString());
    const result = env.proxy_log(level, changetype<usize>(data), data.byteLength);
    if (result != 0) log("level " + level.toString() + " answers " + result.toString());
  }
  env.proxy_log(2, 0, 0);
  const bytes = String.UTF8.encode("two\nlines, a tab\t and octets ");
  const octets = heap.alloc(bytes.byteLength + 3);
  memory.copy(octets, changetype<usize>(bytes), bytes.byteLength);
  store<u8>(octets + bytes.byteLength, 0xff);
  store<u8>(octets + bytes.byteLength + 1, 0);
  store<u8>(octets + bytes.byteLength + 2, 0x80);
  env.proxy_log(4, octets, bytes.byteLength + 3);
  log(
    "pointers out of memory: log " +
      env.proxy_log(2, 0x7fffffff, 10).toString() +
      ", property " +
      env.proxy_get_property(0x7fffffff, 4, 8, 12).toString() +
      ", metric " +
      env.proxy_define_metric(0, 0x7fffffff, 4, 8).toString() +
      ", time " +
      env.proxy_get_current_time_nanoseconds(0x7fffffff).toString() +
      ", value " +
      env.proxy_get_metric(counter, 0x7fffffff).toString() +
      ", buffer " +
      env.proxy_get_buffer_bytes(6, 0, 10, 0x7fffffff, 8).toString(),
  );
  log(
    "contexts: unknown " +
      env.proxy_set_effective_context(77).toString() +
      ", own " +
      env.proxy_set_effective_context(context).toString() +
      ", none " +
      env.proxy_set_effective_context(0).toString(),
  );
  log(
    "streams: continue " +
      env.proxy_continue_stream(0).toString() +
      " " +
      env.proxy_continue_stream(3).toString() +
      " " +
      env.proxy_continue_stream(4).toString() +
      ", close " +
      env.proxy_close_stream(4).toString() +
      ", done " +
      env.proxy_done().toString(),
  );
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  properties("request headers");
  log(
    "set " +
      setProperty("k", "v").toString() +
      ", get " +
      getProperty("k") +
      ", as filter state " +
      getProperty("filter_state.wasm.k"),
  );
  log(
    "set built-in " + setProperty("plugin_name", "mine").toString() + ", get " + getProperty("plugin_name"),
  );
  env.proxy_increment_metric(counter, 1);
  env.proxy_increment_metric(gauge, -20);
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  properties("response headers");
  log("get " + getProperty("k") + ", set " + setProperty("k", "w").toString() + ", get " + getProperty("k"));
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  properties("log");
  log("counter " + getMetric(counter) + ", gauge " + getMetric(gauge) + ", get " + getProperty("k"));
}

export function proxy_on_done(context: i32): i32 {
  enter();
  log(
    "done " + context.toString() + ": configuration " + getBuffer(7, 0, 10) + ", vm " + getBuffer(6, 0, 10),
  );
  return 1;
}

export function proxy_on_delete(context: i32): void {
  enter();
  log("delete " + context.toString());
}
