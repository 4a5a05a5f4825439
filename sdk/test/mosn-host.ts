/** A header map as MOSN's HTTP/1 has it: names in the spelling of Go, one value each. */
export class MosnHeaders {
  private readonly values = new Map<string, string>();

  constructor(fields: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(fields)) this.set(name, value);
  }

  get(name: string): string | undefined {
    return this.values.get(canonical(name));
  }

  set(name: string, value: string): void {
    this.values.set(canonical(name), value);
  }

  delete(name: string): void {
    this.values.delete(canonical(name));
  }

  fields(): Record<string, string> {
    return Object.fromEntries(this.values);
  }
}

/** `x-user-id` as Go writes it: `X-User-Id`. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** What passes a filter: MOSN hands each message over at once. */
export interface MosnMessage {
  readonly headers: MosnHeaders;
  body?: Uint8Array;
  readonly trailers?: MosnHeaders;
}

const OK = 0;
const NOT_FOUND = 1;
const BAD_ARGUMENT = 2;
const UNIMPLEMENTED = 12;
const ROOT = 1;

/** What MOSN offers to modules of ABI 0.1.0; a module that imports anything else does not load. */
export const mosnFunctions: readonly string[] = [
  ...["log", "set_effective_context", "get_property", "set_property", "get_buffer_bytes", "set_buffer_bytes"],
  ...["get_header_map_pairs", "set_header_map_pairs", "get_header_map_value", "replace_header_map_value"],
  ...["add_header_map_value", "remove_header_map_value", "set_tick_period_milliseconds"],
  ...["get_current_time_nanoseconds", "resume_downstream", "resume_upstream", "open_grpc_stream"],
  ...["send_grpc_call_message", "cancel_grpc_call", "close_grpc_call", "grpc_call", "dispatch_grpc_call"],
  ...["resume_http_request", "resume_http_response", "send_http_response", "http_call", "dispatch_http_call"],
  ...["define_metric", "remove_metric", "increment_metric", "record_metric", "get_metric"],
  ...["register_shared_queue", "remove_shared_queue", "resolve_shared_queue", "dequeue_shared_queue"],
  ...["enqueue_shared_queue", "get_shared_data", "set_shared_data", "done", "call_foreign_function"],
].map((name) => `proxy_${name}`);

/**
 * A host in a few lines that calls a module as MOSN 1.2's filter `proxywasm` does, and answers it as the host library under it does: its
 * oddities are theirs (docs/mosn.md). Asking for a map or a body that does not exist yet is an error here, as it is a panic there.
 */
export class MosnHost {
  readonly log: string[] = [];
  private readonly guest: Record<string, (...args: number[]) => number>;
  private readonly memory: WebAssembly.Memory;
  private maps: (MosnHeaders | undefined)[] = [];
  private message: MosnMessage | null = null;
  private bodyNumber = 0;
  private nextStream = ROOT + 1;

  /** `userData`: the texts beside `vm_config` in the filter's configuration. */
  constructor(
    module: WebAssembly.Module,
    private readonly userData: Readonly<Record<string, string>> = {},
  ) {
    const env: Record<string, (...args: number[]) => number> = {
      ...Object.fromEntries(mosnFunctions.map((name) => [name, () => UNIMPLEMENTED])),
      proxy_log: (_level, text, size) => {
        this.log.push(this.text(text!, size!));
        return OK;
      },
      proxy_get_property: (_path, _pathSize, data, size) => this.give(new Uint8Array(0), data!, size!),
      proxy_get_header_map_pairs: (map, data, size) =>
        this.give(encodePairs(this.map(map!).fields()), data!, size!),
      proxy_get_header_map_value: (map, name, nameSize, data, size) => {
        const value = this.map(map!).get(this.text(name!, nameSize!));
        return value === undefined ? NOT_FOUND : this.give(Buffer.from(value), data!, size!);
      },
      proxy_replace_header_map_value: (map, name, nameSize, value, size) => {
        if (size === 0) return BAD_ARGUMENT;
        this.map(map!).set(this.text(name!, nameSize!), this.text(value!, size!));
        return OK;
      },
      proxy_add_header_map_value: (map, name, nameSize, value, size) => {
        this.map(map!).set(this.text(name!, nameSize!), this.text(value!, size!));
        return OK;
      },
      proxy_remove_header_map_value: (map, name, nameSize) => {
        this.map(map!).delete(this.text(name!, nameSize!));
        return OK;
      },
      proxy_get_buffer_bytes: (buffer, start, length, data, size) =>
        this.read(buffer!, start!, length!, data!, size!),
      proxy_set_buffer_bytes: (buffer, start, length, data, size) =>
        this.write(buffer!, start!, length!, data!, size!),
    };
    const instance = new WebAssembly.Instance(module, { env });
    this.guest = instance.exports as typeof this.guest;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.call("_start");
    this.call("proxy_on_context_create", ROOT, 0);
    // Its adapter starts the VM again where it means to configure.
    this.call("proxy_on_vm_start", ROOT, 0);
    this.call("proxy_on_vm_start", ROOT, 0);
  }

  /** A stream's context, until `end`. */
  begin(): number {
    const id = this.nextStream++;
    this.call("proxy_on_context_create", id, ROOT);
    return id;
  }

  request(id: number, message: MosnMessage): void {
    this.pass(id, message, "request", [0, 1], 0);
  }

  response(id: number, message: MosnMessage): void {
    this.pass(id, message, "response", [2, 3], 1);
  }

  end(id: number): void {
    this.call("proxy_on_done", id);
    this.call("proxy_on_delete", id);
  }

  private pass(
    id: number,
    message: MosnMessage,
    way: string,
    [head, tail]: readonly [number, number],
    body: number,
  ): void {
    this.message = message;
    this.bodyNumber = body;
    this.maps = [];
    this.maps[head] = message.headers;
    this.maps[tail] = message.trailers;
    const hasBody = message.body !== undefined && message.body.length > 0;
    const hasTrailers = message.trailers !== undefined;
    this.call(`proxy_on_${way}_headers`, id, 1, hasBody || hasTrailers ? 0 : 1);
    if (hasBody) this.call(`proxy_on_${way}_body`, id, message.body!.length, hasTrailers ? 0 : 1);
    if (hasTrailers) this.call(`proxy_on_${way}_trailers`, id, 1);
    this.message = null;
    this.maps = [];
  }

  /** Go's engines refuse a call with another number of arguments; JavaScript would not notice. */
  private call(name: string, ...args: number[]): void {
    const callee = this.guest[name];
    if (callee === undefined) throw new Error(`the module does not export ${name}`);
    if (callee.length !== args.length)
      throw new Error(`${name} takes ${callee.length} arguments, not ${args.length}`);
    callee(...args);
  }

  private map(number: number): MosnHeaders {
    const map = this.maps[number];
    if (map === undefined) throw new Error(`MOSN panics: there is no header map ${number} now`);
    return map;
  }

  private buffer(number: number): Uint8Array | null {
    if (number === 7) return Object.keys(this.userData).length === 0 ? null : encodePairs(this.userData);
    if (number !== this.bodyNumber || this.message?.body === undefined)
      throw new Error(`MOSN panics: there is no buffer ${number} now`);
    return this.message.body;
  }

  private read(number: number, start: number, length: number, data: number, size: number): number {
    const buffer = this.buffer(number);
    if (buffer === null) return NOT_FOUND;
    const end = (start + length) | 0;
    if (start > end) return BAD_ARGUMENT;
    const copied = end > buffer.length ? buffer.length - start : length;
    // From the beginning, whatever `start` says.
    return this.give(buffer.subarray(0, copied), data, size);
  }

  private write(number: number, start: number, length: number, data: number, size: number): number {
    const buffer = this.buffer(number);
    if (buffer === null || this.message === null) return NOT_FOUND;
    const written = this.bytes(data, size);
    if (start === 0) {
      if (length !== 0 && length < buffer.length) return BAD_ARGUMENT;
      this.message.body = written;
    } else if (start >= buffer.length) {
      this.message.body = Buffer.concat([buffer, written]);
    } else {
      return BAD_ARGUMENT;
    }
    return OK;
  }

  private give(bytes: Uint8Array, data: number, size: number): number {
    const address = this.guest["malloc"]!(bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, address);
    const words = new DataView(this.memory.buffer);
    words.setUint32(data, address, true);
    words.setUint32(size, bytes.length, true);
    return OK;
  }

  private bytes(data: number, size: number): Uint8Array {
    return new Uint8Array(this.memory.buffer).slice(data, data + size);
  }

  private text(data: number, size: number): string {
    return Buffer.from(this.bytes(data, size)).toString();
  }
}

/** MOSN separates texts by the digit, not by NUL, where it encodes a configuration. */
function encodePairs(fields: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(fields)
    .flat()
    .map((text) => Buffer.from(text));
  const sizes = Buffer.alloc(4 + 4 * texts.length);
  sizes.writeUInt32LE(texts.length / 2, 0);
  texts.forEach((text, index) => sizes.writeUInt32LE(text.length, 4 + 4 * index));
  return Buffer.concat([sizes, ...texts.flatMap((text) => [text, Buffer.from("0")])]);
}
